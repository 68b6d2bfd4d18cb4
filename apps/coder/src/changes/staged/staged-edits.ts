import { createHash } from "node:crypto";
import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { listStagedEdits, putStagedEdits, removeStagedEdits } from "@boocode/db/stores/changes/staged-edit-store";
import type { StagedWrite } from "@boocode/shared/agents/agent-backend";
import { isSameState, type FileState } from "@boocode/shared/changes/edits/file-edit";
import { decideStage } from "@boocode/shared/changes/staged/decide-stage";
import { STAGED_LIMITS, stagedState, type StagedAuthor, type StagedEdit } from "@boocode/shared/changes/staged/staged-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";
import type { Locks } from "../../platform/locks.ts";
import type { Time } from "../../platform/time.ts";
import type { RawWorktree } from "../../worktrees/checkpoints/raw-worktree.ts";
import type { Worktrees } from "../../worktrees/worktrees.ts";
import { openDiskReader } from "./open-disk-reader.ts";
import {
  refuseStaging,
  requireNoOverlap,
  requireNotIgnored,
  requirePlainPath,
  toWorktreeState,
  type StagedPaths,
} from "./require-stageable.ts";
import { MAX_BASE_BYTES, StagedStore } from "./staged-store.ts";

export interface StagedEditsDeps {
  db: Database;
  git: Git;
  locks: Locks;
  worktrees: Worktrees;
  time: Pick<Time, "now">;
}

/** A write of the person's names the content it was made over by its id; null if there was no file. */
export type PersonWrite = { path: string; content: Uint8Array | null; mode?: "100644" | "100755"; over: string | null };

export type StagingWrite = StagedWrite | PersonWrite;

interface Place {
  worktree: Worktree;
  raw: RawWorktree;
  store: StagedStore;
}

/** A path as its reader sees it: what is staged, else what is on disk. */
interface Effective {
  worktree: FileState;
  state: FileState;
}

/** Edits that are kept in the store until the person has judged them, and not written to the worktree. */
export class StagedEdits {
  readonly #deps: StagedEditsDeps;

  constructor(deps: StagedEditsDeps) {
    this.#deps = deps;
  }

  /** Lists a session's staged edits, ordered by path. */
  list(sessionId: SessionId): Promise<StagedEdit[]> {
    return listStagedEdits(this.#deps.db.read, sessionId);
  }

  /** Reads staged files, at most `maxBytes` of each. Leaves out paths with no staged file. */
  async read(sessionId: SessionId, paths: readonly string[], maxBytes: number): Promise<Map<string, Uint8Array>> {
    const wanted = new Set(paths);
    const states = (await this.list(sessionId)).flatMap((edit) => {
      const state = stagedState(edit);
      return wanted.has(edit.path) && state !== null ? [[edit.path, state.oid] as const] : [];
    });
    if (states.length === 0) return new Map();
    const { store } = await this.open(sessionId);
    const contents = await store.read([...new Set(states.map(([, oid]) => oid))], maxBytes);
    return new Map(
      states.flatMap(([path, oid]) => {
        const content = contents.get(oid);
        return content ? [[path, content] as const] : [];
      }),
    );
  }

  /**
   * Stages all writes, or none.
   *
   * Faults: `worktree_not_made`; `staging_refused`; `file_changed` if a file no longer has the content that a write was made over; those of
   * git.
   */
  stage(sessionId: SessionId, writes: readonly StagingWrite[], by: StagedAuthor): Promise<void> {
    return this.#deps.locks.worktree({ sessionId }, () => this.#stage(sessionId, writes, by));
  }

  /** Keeps what is to be staged again from git's garbage collection, with all that is staged now. Faults: those of git. */
  async keep(sessionId: SessionId, edits: readonly StagedEdit[]): Promise<void> {
    if (edits.length === 0) return;
    const { store } = await this.open(sessionId);
    await store.pin(sessionId, [...(await this.list(sessionId)), ...edits]);
  }

  /** Opens the object store behind a session's staged edits. Faults: `worktree_not_made`, `project_not_found`, those of git. */
  async open(sessionId: SessionId): Promise<Place> {
    const { db, worktrees } = this.#deps;
    const worktree = await worktrees.find(sessionId);
    if (!worktree || worktree.state === "creating") throw new DomainError({ kind: "worktree_not_made", sessionId });
    const project = await findProject(db.read, worktree.projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
    const raw = await worktrees.openRaw(worktree, project.path);
    return { worktree, raw, store: new StagedStore(raw) };
  }

  async #stage(sessionId: SessionId, writes: readonly StagingWrite[], by: StagedAuthor): Promise<void> {
    const { db, time } = this.#deps;
    for (const write of writes) requirePlainPath(write.path);
    await requireSession(db.read, sessionId);
    const place = await this.open(sessionId);
    const rows = await listStagedEdits(db.read, sessionId);
    const byPath = new Map(rows.map((row) => [row.path, row]));
    const effective = await this.#look(place, rows, writes);
    const made = await this.#make(place, writes, effective);
    const at = time.now();
    const changed = new Set(made.map(({ path }) => path));
    const kept = rows.filter(({ path }) => !changed.has(path));
    const staged = made.flatMap(({ path, after, bytes }) => {
      const { worktree } = effective.get(path)!;
      return decideStage({ sessionId, path, previous: byPath.get(path) ?? null, worktree, after, bytes, by, at }) ?? [];
    });
    const states: StagedPaths = new Map([...kept, ...staged].map((edit) => [edit.path, stagedState(edit)]));
    requireNoOverlap(states, changed);
    requireRoom([...kept, ...staged]);
    const begun = staged.filter(({ path }) => !byPath.has(path));
    await requireNotIgnored(
      place.raw,
      states,
      begun.map(({ path }) => path),
    );
    await keepBases(place.store, staged);
    // The old contents stay until the rows are replaced: a crash in between loses neither.
    await place.store.pin(sessionId, [...rows, ...staged]);
    await db.write("full", async (tx, announce) => {
      await removeStagedEdits(
        tx,
        made.map(({ path }) => ({ sessionId, path })),
      );
      await putStagedEdits(tx, staged);
      announce.changed("changes", [], sessionId);
    });
  }

  /** Looks at every path that the writes name, on disk and among what is staged. */
  async #look({ raw }: Place, rows: readonly StagedEdit[], writes: readonly StagingWrite[]): Promise<Map<string, Effective>> {
    const paths = [...new Set(writes.flatMap((write) => ("copyOf" in write ? [write.path, write.copyOf] : [write.path])))];
    // A file may be staged where the same call deletes the folder, and the other way round.
    const staged: StagedPaths = new Map([
      ...rows.map((row) => [row.path, stagedState(row)] as const),
      ...writes.flatMap((write) => ("content" in write && write.content === null ? [[write.path, null] as const] : [])),
    ]);
    const isStaged = new Map(rows.map((row) => [row.path, stagedState(row)]));
    const reader = await openDiskReader(raw);
    const found = await reader.readAll(paths.map((path) => ({ path: BytePath.toBytes(BytePath.ofText(path)), like: [] })));
    const looked = new Map<string, Effective>();
    for (const [at, path] of paths.entries()) {
      const worktree = await toWorktreeState({ worktree: raw, reader, staged }, path, found[at]!.state);
      const row = isStaged.get(path);
      looked.set(path, { worktree, state: row === undefined ? worktree : row });
    }
    return looked;
  }

  /** Stores the new contents, and returns what each path becomes. */
  async #make({ store, worktree }: Place, writes: readonly StagingWrite[], effective: ReadonlyMap<string, Effective>) {
    const written = writes.filter((write) => "content" in write && write.content !== null) as { path: string; content: Uint8Array }[];
    for (const { path, content } of written) {
      if (content.length > STAGED_LIMITS.fileBytes) throw refuseStaging(path, "too_large", STAGED_LIMITS.fileBytes);
    }
    const copied = writes.flatMap((write) => ("copyOf" in write ? [{ path: write.copyOf, ...effective.get(write.copyOf)! }] : []));
    await keepFromDisk(
      store,
      copied.flatMap(({ path, state, worktree: onDisk }) => (isSameState(state, onDisk) ? [{ path, state }] : [])),
    );
    const sizes = await store.contents.measure(copied.flatMap(({ state }) => state?.oid ?? []));
    const ids = await store.store(written.map(({ content }) => content));
    const idOf = new Map(written.map(({ path }, place) => [path, ids[place]!]));
    const format = worktree.baseTree.length === 64 ? "sha256" : "sha1";
    return writes.map((write) => {
      const { path } = write;
      const { state } = effective.get(path)!;
      if ("copyOf" in write) {
        const source = effective.get(write.copyOf)!.state;
        if (source === null) throw new DomainError({ kind: "file_changed", path: write.copyOf, oid: null });
        const bytes = sizes.get(source.oid) ?? 0;
        if (bytes > STAGED_LIMITS.fileBytes) throw refuseStaging(path, "too_large", STAGED_LIMITS.fileBytes);
        return { path, after: source, bytes };
      }
      const over = "over" in write ? write.over : toOid(write, format);
      if (over !== undefined && over !== (state?.oid ?? null))
        throw new DomainError({ kind: "file_changed", path, oid: state?.oid ?? null });
      if (write.content === null) return { path, after: null, bytes: 0 };
      if (state?.mode === "120000") throw refuseStaging(path, "not_a_file");
      const mode = ("mode" in write ? write.mode : undefined) ?? state?.mode ?? "100644";
      return { path, after: { mode, oid: idOf.get(path)! }, bytes: write.content.length };
    });
  }
}

/** The id of the content that a write was made from; undefined if nothing was read. */
function toOid(write: StagingWrite, format: string): string | null | undefined {
  if (!("seen" in write) || write.seen === undefined) return undefined;
  return write.seen && createHash(format).update(`blob ${write.seen.length}\0`).update(write.seen).digest("hex");
}

/** Keeps what staged edits replace or delete, so that it can be shown and brought back. */
async function keepBases(store: StagedStore, edits: readonly StagedEdit[]): Promise<void> {
  await keepFromDisk(
    store,
    edits.map(({ path, base }) => ({ path, state: base })),
  );
}

async function keepFromDisk(store: StagedStore, files: readonly { path: string; state: FileState }[]): Promise<void> {
  const left = await store.storeFromDisk(
    files.flatMap(({ path, state }) => (state === null ? [] : [{ path, oid: state.oid, isLink: state.mode === "120000" }])),
  );
  const [large] = left.large;
  if (large !== undefined) throw refuseStaging(large, "too_large", MAX_BASE_BYTES);
  const [changed] = left.changed;
  if (changed !== undefined) throw new DomainError({ kind: "file_changed", path: changed, oid: null });
}

function requireRoom(edits: readonly StagedEdit[]): void {
  const { files, totalBytes } = STAGED_LIMITS;
  if (edits.length > files) throw refuseStaging(edits.at(-1)!.path, "full", files);
  if (edits.reduce((sum, { bytes }) => sum + bytes, 0) > totalBytes) throw refuseStaging(edits.at(-1)!.path, "full", totalBytes);
}
