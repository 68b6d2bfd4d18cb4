import { createHash } from "node:crypto";
import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { findPaths, makePathIndex, type PathIndex } from "@boocode/shared/files/find-paths";
import type { SessionId } from "@boocode/shared/ids";
import type { Feed } from "../feed/feed.ts";
import type { Git, GitOutput } from "../platform/git/git.ts";
import type { Logger } from "../platform/logger.ts";
import type { Time } from "../platform/time.ts";

export interface FileIndexDeps {
  db: Database;
  git: Git;
  feed: Feed;
  time: Pick<Time, "elapsedMs">;
  logger: Logger;
}

/** Files that fit what was typed. */
export interface FoundFiles {
  /** Relative to the worktree, best first. */
  paths: string[];
  /** How many files are searched. */
  total: number;
  /** True if there are more files than are searched. */
  isCut: boolean;
}

/** The files of one worktree, as they were listed. */
interface Listed {
  root: string;
  index: PathIndex;
  isCut: boolean;
  readAt: number;
  /** Identifies what git said, so that the same list is not prepared again. */
  digest: string;
}

/** The most worktrees whose files are kept in memory, and the most files of one. */
const MAX_LISTS = 6;
const MAX_FILES = 200_000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
/** How old a list may be before it is read again, in the background. */
const FRESH_MS = 1_500;
const LIST_LIMIT_MS = 20_000;

/**
 * Finds files of sessions' worktrees by name: those git tracks and those it does not ignore. A list that is in memory answers at once and is
 * read again behind the answer; what has changed then is announced. Before a session has a worktree, its project's checkout is searched.
 */
export class FileIndex {
  readonly #deps: FileIndexDeps;
  readonly #listed = new Map<SessionId, Listed>();
  readonly #reading = new Map<string, Promise<Listed>>();

  constructor(deps: FileIndexDeps) {
    this.#deps = deps;
  }

  /** Faults: `session_not_found`, those of git if the files cannot be listed. */
  async find(sessionId: SessionId, typed: string, limit: number): Promise<FoundFiles> {
    const root = await this.#findRoot(sessionId);
    const known = this.#listed.get(sessionId);
    const { index, isCut } = known?.root === root ? this.#refreshing(sessionId, known) : await this.#read(sessionId, root);
    return { paths: findPaths(index, typed, limit), total: index.paths.length, isCut };
  }

  /** Returns those of the paths that a worktree had: git tracks them, or they were there when its files were listed last. */
  async known(sessionId: SessionId, root: string, paths: readonly string[]): Promise<Set<string>> {
    const listed = new Set(this.#listed.get(sessionId)?.index.paths ?? []);
    const open = paths.filter((path) => !listed.has(path) && !path.startsWith("/") && !path.split("/").includes(".."));
    const tracked = open.length === 0 ? null : await this.#list(root, ["--cached", "--", ...open]);
    const all = new Set(tracked && toNames(tracked));
    return new Set(paths.filter((path) => listed.has(path) || all.has(path)));
  }

  /** Reads a list again if it is not fresh, and returns it as it is now. */
  #refreshing(sessionId: SessionId, known: Listed): Listed {
    // The one that was used last is forgotten last.
    this.#listed.delete(sessionId);
    this.#listed.set(sessionId, known);
    if (this.#deps.time.elapsedMs() - known.readAt <= FRESH_MS) return known;
    void this.#read(sessionId, known.root, known).then(
      (now) => {
        if (now.digest !== known.digest) this.#deps.feed.changed({ noun: "files", ids: [sessionId], sessionId });
      },
      (error: unknown) => this.#deps.logger.debug({ err: error }, "A worktree's files could not be listed again"),
    );
    return known;
  }

  #read(sessionId: SessionId, root: string, before: Listed | null = null): Promise<Listed> {
    const key = `${sessionId} ${root}`;
    const under = this.#reading.get(key);
    if (under) return under;
    const reading = this.#readAll(root, before)
      .then((listed) => {
        this.#listed.delete(sessionId);
        this.#listed.set(sessionId, listed);
        if (this.#listed.size > MAX_LISTS) this.#listed.delete(this.#listed.keys().next().value as SessionId);
        return listed;
      })
      .finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  async #readAll(root: string, before: Listed | null): Promise<Listed> {
    const readAt = this.#deps.time.elapsedMs();
    const [found, gone] = await Promise.all([
      this.#list(root, ["--cached", "--others", "--exclude-standard", "--deduplicate"]),
      this.#list(root, ["--deleted"]),
    ]);
    const digest = createHash("sha256").update(found.stdout).update("\0").update(gone.stdout).digest("hex");
    if (before?.digest === digest) return { ...before, readAt };
    const missing = new Set(toNames(gone));
    const there = toNames(found).filter((path) => !missing.has(path));
    const paths = there.slice(0, MAX_FILES);
    return { root, index: makePathIndex(paths), isCut: found.isCut || there.length > paths.length, readAt, digest };
  }

  #list(root: string, argv: readonly string[]): Promise<GitOutput> {
    const options = { maxOutputBytes: MAX_OUTPUT_BYTES, mayCut: true, limitMs: LIST_LIMIT_MS };
    return this.#deps.git.read(root, ["ls-files", "-z", ...argv], options);
  }

  async #findRoot(sessionId: SessionId): Promise<string> {
    const { read } = this.#deps.db;
    const worktree = await findLiveWorktree(read, sessionId);
    if (worktree?.state === "live") return worktree.path;
    const session = await findSession(read, sessionId);
    const project = session && (await findProject(read, session.projectId));
    if (!project) throw new DomainError({ kind: "session_not_found", sessionId });
    return project.path;
  }
}

/** The names that git listed. Those that are not UTF-8 cannot be written in a prompt and are left out, as are folders. */
function toNames({ stdout, isCut }: Pick<GitOutput, "stdout" | "isCut">): string[] {
  const names = stdout.toString("utf8").split("\0");
  if (isCut) names.pop();
  return names.filter((name) => name !== "" && !name.includes("\uFFFD") && !name.endsWith("/"));
}
