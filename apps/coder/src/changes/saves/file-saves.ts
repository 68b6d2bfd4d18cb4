import { lstat, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { requireOpen } from "@boocode/db/stores/sessions/require-open";
import { isSameState, type FileEdit, type FileState } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { decodeText } from "../../platform/files/decode-text.ts";
import { FILE_LIMITS } from "@boocode/shared/files/file-limits";
import type { EditId, SessionId, TaskId } from "@boocode/shared/ids";
import { ConfinedFolder } from "../../platform/files/confined-folder.ts";
import { refuseFile, requireFileParts } from "../../platform/files/refuse-file.ts";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Time } from "../../platform/time.ts";
import { findTurnCheckpoints } from "../blame/find-turn-checkpoints.ts";
import type { EditJournal } from "../edits/edit-journal.ts";
import { toEditPathTexts } from "../edits/to-end-events.ts";
import { requireUndoable, toUndoPlan } from "../edits/to-undo-plan.ts";
import { withWorktree, type IdleWorktree, type IdleWorktreeDeps } from "../take-back/idle-worktree.ts";
import { listMoved, measureFile } from "./list-moved.ts";
import { toFileState } from "./to-file-state.ts";

export interface FileSavesDeps extends IdleWorktreeDeps {
  time: Pick<Time, "now">;
  journal: EditJournal;
}

interface At {
  sessionId: SessionId;
  path: string;
}

/** What was written. `editId` is null if everything was so already. */
export interface Saved {
  editId: EditId | null;
  paths: string[];
}

/** A worktree, and the turn that runs in it. */
interface Ground extends IdleWorktree {
  taskId: TaskId | null;
}

/**
 * Writes files of the worktree for the person, also while a turn runs: each call is an edit, recorded first, that can be taken back for 30
 * days, and a checkpoint of the person's.
 *
 * Faults of all: `session_not_found`, `session_archived`, `session_deleting`, `worktree_not_made`, `worktree_missing`, `project_gone`,
 * `file_refused`, `file_changed`, `moved_on`, `edit_refused`, `edit_needs_attention`, those of git.
 */
export class FileSaves {
  readonly #deps: FileSavesDeps;

  constructor(deps: FileSavesDeps) {
    this.#deps = deps;
  }

  /**
   * Writes a text as UTF-8. `baseOid` is the git id of the content that it was made over, null for none: if the file has other content by now,
   * it is left alone, and `file_changed` says which. Mode and everything but the content stay as they are.
   */
  async write({ sessionId, path, text, baseOid }: At & { text: string; baseOid: string | null }): Promise<Saved & { oid: string }> {
    requireFileParts(path);
    const content = requireText(path, text);
    return this.#within(sessionId, async (ground) => {
      const before = await readState(ground, path);
      if (before?.mode === "120000") throw refuseFile(path, "link");
      const oid = await storeContent(ground, content);
      const after = { mode: before?.mode ?? "100644", oid } as const;
      if (isSameState(before, after)) return { editId: null, paths: [path], oid };
      if ((before?.oid ?? null) !== baseOid) throw new DomainError({ kind: "file_changed", path, oid: before?.oid ?? null });
      if (before !== null) await requireUtf8(ground, path);
      return { ...(await this.#carryOut(ground, [toEdit(path, before, after)])), oid };
    });
  }

  /** Makes a new file, and the folders above it. `file_refused` with `exists` if something is there. */
  async create({ sessionId, path, text }: At & { text: string }): Promise<Saved & { oid: string }> {
    requireFileParts(path);
    const content = requireText(path, text);
    return this.#within(sessionId, async (ground) => {
      await requireNothing(ground, path);
      const oid = await storeContent(ground, content);
      return { ...(await this.#carryOut(ground, [toEdit(path, null, { mode: "100644", oid })])), oid };
    });
  }

  /** Renames a file, a link, or a folder with all that it holds. Never replaces anything. */
  async rename({ sessionId, path, to }: At & { to: string }): Promise<Saved> {
    requireFileParts(path);
    requireFileParts(to);
    if (to === path || to.startsWith(`${path}/`)) throw refuseFile(to, "exists");
    return this.#within(sessionId, async (ground) => {
      await requireNothing(ground, to);
      const { files, folders } = await this.#collect(ground, path);
      const from = toBytes(path).length;
      const moved = files.flatMap(({ path: name, state }): FileEdit[] => [
        { root: "worktree", path: name, before: state, after: null },
        { root: "worktree", path: `${toBytes(to)}${name.slice(from)}`, before: null, after: state },
      ]);
      // A folder without files is in no checkpoint, and has nothing to lose.
      if (moved.length === 0) await (await ConfinedFolder.open(ground.worktree.path)).rename(path, to);
      const saved = await this.#carryOut(ground, moved);
      await removeEmptyFolders(ground, folders);
      return saved;
    });
  }

  /** Deletes a file, a link, or a folder with all that it holds. */
  async delete({ sessionId, path }: At): Promise<Saved> {
    requireFileParts(path);
    return this.#within(sessionId, async (ground) => {
      const { files, folders } = await this.#collect(ground, path);
      const saved = await this.#carryOut(
        ground,
        files.map(({ path: name, state }) => ({ root: "worktree" as const, path: name, before: state, after: null })),
      );
      await removeEmptyFolders(ground, folders);
      return saved;
    });
  }

  /** Takes one of these back. Doing it twice is doing it once. Faults: `edit_not_found`; `moved_on` if a file has changed since. */
  async undo({ sessionId, editId }: { sessionId: SessionId; editId: EditId }): Promise<{ paths: string[] }> {
    const { db, journal, time } = this.#deps;
    return this.#within(sessionId, async (ground) => {
      const edit = await requireUndoable(db, { sessionId, editId, kind: "save", now: time.now() });
      if (edit.state === "done") {
        await journal.carryOut({ ...toUndoPlan({ ...edit, taskId: ground.taskId }, "undo_save", ground), place: ground.place });
      }
      return { paths: toEditPathTexts(edit) };
    });
  }

  #within<T>(sessionId: SessionId, work: (ground: Ground) => Promise<T>): Promise<T> {
    return withWorktree(this.#deps, sessionId, async (ground) => {
      const { db } = this.#deps;
      await requireOpen(db.read, sessionId);
      await requireFolder(ground);
      const task = (await listOpenTasks(db.read, sessionId)).find(({ state }) => state === "running");
      // Before its first checkpoint, nothing is the turn's.
      const isBegun = task !== undefined && (await findTurnCheckpoints(db, task)).before !== null;
      return work({ ...ground, taskId: isBegun ? task.id : null });
    });
  }

  async #carryOut(ground: Ground, files: readonly FileEdit[]): Promise<Saved> {
    if (files.length === 0) return { editId: null, paths: [] };
    const { worktree, projectPath, place } = ground;
    const sessionId = worktree.sessionId!;
    const paths = new Set(files.map(({ path }) => BytePath.toText(BytePath.of(path))));
    const rows = (await listPendingChanges(this.#deps.db.read, sessionId)).filter(
      ({ path, previousPath }) => paths.has(path) || (previousPath !== undefined && paths.has(previousPath)),
    );
    const judged = rows.map((row) => ({ row, hunks: null }));
    const plan = { kind: "save", sessionId, worktree, projectPath, files, base: [], judged, place, ...toTask(ground) } as const;
    const edit = await this.#deps.journal.carryOut(plan);
    return { editId: edit.id, paths: toEditPathTexts(edit) };
  }

  /** Everything that goes with a path. Faults: `file_refused`, also `missing`. */
  async #collect({ worktree, place }: Ground, path: string) {
    const reader = place.look("worktree");
    const found = await reader.read({ path: toBytes(path), like: [] });
    if (found.state.kind === "nothing") throw refuseFile(path, "missing");
    const isFolder = found.state.kind === "folder";
    const moved = isFolder ? await listMoved(worktree.path, path) : { files: [BytePath.ofText(path)], folders: [] };
    if (!isFolder) {
      toFileState(worktree.path, path, found.state);
      await measureFile(worktree.path, BytePath.ofText(path));
    }
    const names = moved.files.map(BytePath.toBytes);
    const looked = await place.look("worktree").readAll(names.map((name) => ({ path: name, like: [] })));
    const files = names.map((name, at) => {
      const text = BytePath.toText(BytePath.of(name));
      const state = toFileState(worktree.path, text, looked[at]!.state);
      if (state === null) throw new DomainError({ kind: "moved_on", paths: [text] });
      return { path: name, state };
    });
    return { files, folders: moved.folders };
  }
}

const toBytes = (path: string) => BytePath.toBytes(BytePath.ofText(path));
const toTask = ({ taskId }: Ground) => (taskId === null ? {} : { taskId });
const toEdit = (path: string, before: FileState, after: FileState): FileEdit => ({ root: "worktree", path: toBytes(path), before, after });

function requireText(path: string, text: string): Buffer {
  const content = Buffer.from(text);
  if (content.length > FILE_LIMITS.textBytes) throw refuseFile(path, "too_large", FILE_LIMITS.textBytes);
  // Half of a surrogate pair has no bytes of its own.
  if (!text.isWellFormed()) throw refuseFile(path, "not_text");
  return content;
}

async function readState({ worktree, place }: Ground, path: string): Promise<FileState> {
  const { state } = await place.look("worktree").read({ path: toBytes(path), like: [] });
  return toFileState(worktree.path, path, state);
}

async function requireNothing({ worktree, place }: Ground, path: string): Promise<void> {
  const { state } = await place.look("worktree").read({ path: toBytes(path), like: [] });
  if (state.kind === "folder" || state.kind === "other") throw refuseFile(path, "exists");
  if (toFileState(worktree.path, path, state) !== null) throw refuseFile(path, "exists");
}

/** Refuses to replace bytes that an editor cannot have shown as they are. */
async function requireUtf8({ worktree }: Ground, path: string): Promise<void> {
  const { bytes, sizeBytes } = await (await ConfinedFolder.open(worktree.path)).readFile(path, FILE_LIMITS.textBytes);
  if (sizeBytes > FILE_LIMITS.textBytes) throw refuseFile(path, "too_large", FILE_LIMITS.textBytes);
  if (decodeText(bytes)?.encoding !== "utf-8") throw refuseFile(path, "not_text");
}

async function requireFolder({ worktree }: IdleWorktree): Promise<void> {
  const isThere = await lstat(worktree.path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isThere) throw new DomainError({ kind: "worktree_missing", sessionId: worktree.sessionId!, path: worktree.path });
}

function storeContent({ place }: Ground, content: Buffer): Promise<string> {
  return place.inScratch(async (scratch) => {
    const file = join(scratch, "content");
    await writeFile(file, content);
    return (await place.contents.storeFiles([file]))[0]!;
  });
}

/** Removes folders that hold nothing any more. */
async function removeEmptyFolders({ worktree }: Ground, folders: readonly BytePath[]): Promise<void> {
  for (const folder of folders) await rmdir(BytePath.toFile(worktree.path, folder)).catch(() => {});
}
