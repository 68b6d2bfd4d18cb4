import { listChangesBelow } from "@boocode/db/stores/changes/pending-change-store";
import { requireOpen } from "@boocode/db/stores/sessions/require-open";
import { MAX_LISTED_CHANGES, type PendingChange } from "@boocode/shared/changes/pending-change";
import { FILE_LIMITS } from "@boocode/shared/files/file-limits";
import { toFileName, toFolder } from "@boocode/shared/files/file-path";
import type { FileView } from "@boocode/shared/files/file-view";
import type { FolderEntry, FolderPage } from "@boocode/shared/files/folder-page";
import type { SessionId } from "@boocode/shared/ids";
import { requireFileParts } from "../platform/files/refuse-file.ts";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";
import { isRepository, listFolder, type ListedEntry } from "./list-folder.ts";
import { readView } from "./read-view.ts";
import { inFolder, openSessionFolder, toRefusal, type SessionFolderDeps } from "./session-folder.ts";

export interface FileViewsDeps extends SessionFolderDeps {
  git: Git;
  worktrees: Pick<Worktrees, "find" | "ensure">;
}

/** What the page shows of the files in sessions' worktrees. Follows no link, and opens only regular files. */
export class FileViews {
  readonly #deps: FileViewsDeps;

  constructor(deps: FileViewsDeps) {
    this.#deps = deps;
  }

  /** Makes the session's worktree if there is none yet. Faults: `session_not_found`, `session_archived`, those of making a worktree. */
  async open(sessionId: SessionId): Promise<{ path: string }> {
    const { db, worktrees } = this.#deps;
    const found = await worktrees.find(sessionId);
    if (found?.state === "live") return { path: (await openSessionFolder(this.#deps, sessionId)).worktree.path };
    await requireOpen(db.read, sessionId);
    return { path: (await worktrees.ensure(sessionId)).path };
  }

  /**
   * Lists entries of a folder, from the place `from` on; an empty path is the worktree itself. Faults: `file_refused`, `path_unreadable`,
   * those of {@link openSessionFolder}.
   */
  async tree({ sessionId, path, from, limit }: { sessionId: SessionId; path: string; from: number; limit: number }): Promise<FolderPage> {
    if (path !== "") requireFileParts(path);
    const { disk } = await openSessionFolder(this.#deps, sessionId);
    const { all, page } = await inFolder(disk, path, async (folder) => {
      const listed = await listFolder(folder);
      const shown = listed.slice(from, from + limit);
      for (const entry of shown) if (entry.kind === "folder" && (await isRepository(folder, entry.name))) entry.kind = "repository";
      return { all: listed, page: shown };
    });
    const [ignored, changes] = await Promise.all([
      this.#findIgnored(disk.root, path, page),
      listChangesBelow(this.#deps.db.read, sessionId, path, MAX_LISTED_CHANGES),
    ]);
    const changed = toChanged(path, changes);
    const entries = page.map(({ bytes, ...entry }): FolderEntry => ({
      ...entry,
      isIgnored: ignored.has(bytes),
      change: changed.get(entry.name) ?? null,
    }));
    const next = from + page.length;
    return { entries, total: all.length, next: next < all.length ? next : null };
  }

  /**
   * Reads a file for the page: a text, an image, or what is known of anything else. Content with the id `known` is answered with `same`.
   * Faults: those of {@link tree}.
   */
  async read({ sessionId, path, known }: { sessionId: SessionId; path: string; known: string | null }): Promise<FileView> {
    requireFileParts(path);
    const { worktree, disk } = await openSessionFolder(this.#deps, sessionId);
    const format = worktree.baseTree.length === 64 ? "sha256" : "sha1";
    return inFolder(disk, toFolder(path), (folder) => readView(folder, { path, name: toFileName(path), known, format })).catch(
      (error: unknown) => {
        throw toRefusal(path, error, "not_a_file");
      },
    );
  }

  /** Asks git which entries it ignores. One git for a page. */
  async #findIgnored(root: string, folder: string, entries: readonly ListedEntry[]): Promise<Set<BytePath>> {
    if (entries.length === 0) return new Set();
    const prefix = BytePath.toBytes(BytePath.ofText(folder === "" ? "./" : `./${folder}/`));
    // This command takes no literal pathspecs. With `./` in front, no name is read as anything but a name.
    const { stdout } = await this.#deps.git.read(root, ["--no-literal-pathspecs", "check-ignore", "-z", "--stdin"], {
      stdin: BytePath.list(entries.map(({ bytes }) => BytePath.of(`${prefix}${BytePath.toBytes(bytes)}`))),
      // 1: none of them is ignored. 128: they are another repository's.
      exitCodes: [0, 1, 128],
      maxOutputBytes: FILE_LIMITS.entries * 8_192,
    });
    return new Set(BytePath.split(stdout).map((path) => BytePath.of(BytePath.toBytes(path).slice(prefix.length))));
  }
}

/** The changes of a folder's entries, by name: of a file its own, of a folder that there is one. */
function toChanged(folder: string, changes: readonly Pick<PendingChange, "path" | "operation">[]): Map<string, PendingChange["operation"]> {
  const start = folder === "" ? 0 : folder.length + 1;
  return new Map(
    changes.map(({ path, operation }) => {
      const [name = "", ...below] = path.slice(start).split("/");
      return [name, below.length === 0 ? operation : "modified"];
    }),
  );
}
