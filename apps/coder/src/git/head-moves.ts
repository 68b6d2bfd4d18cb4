import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId, WorktreeId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Feed } from "../feed/feed.ts";
import type { Git } from "../platform/git/git.ts";
import type { Logger } from "../platform/logger.ts";
import type { Time } from "../platform/time.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";

export interface HeadMovesDeps {
  feed: Pick<Feed, "onWorkspace">;
  git: Git;
  logger: Logger;
  time: Pick<Time, "after">;
  worktrees: Pick<Worktrees, "find">;
  /** Looks whether HEAD has more of the base branch, and moves the base. Faults: `worktree_busy` while a turn runs, and others. */
  follow(sessionId: SessionId): Promise<"followed" | "not_now">;
}

/** How long after a change it is looked, in milliseconds: a prompt changes a session's tasks several times, and its turn goes first. */
const LOOK_AFTER_MS = 100;

/**
 * Notices commits that an agent, or the person by hand, brought into a worktree: when something there has changed, or a turn has ended, HEAD
 * is read from git's files, and only if it has moved somebody looks with git what came in.
 */
export class HeadMoves {
  readonly #deps: HeadMovesDeps;
  readonly #seen = new Map<WorktreeId, string>();
  /** The sessions that are being looked at; true if one has changed again meanwhile. */
  readonly #looking = new Map<SessionId, boolean>();
  /** The sessions that are looked at soon, each with what takes that back. */
  readonly #waiting = new Map<SessionId, () => void>();
  readonly #jobs = new Set<Promise<void>>();
  readonly #stopListening: () => void;
  #isClosed = false;

  constructor(deps: HeadMovesDeps) {
    this.#deps = deps;
    this.#stopListening = deps.feed.onWorkspace(({ noun, sessionId }) => {
      if (sessionId && (noun === "changes" || noun === "tasks")) this.#wake(sessionId as SessionId);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    for (const forget of this.#waiting.values()) forget();
    await Promise.all(this.#jobs);
  }

  #wake(sessionId: SessionId): void {
    if (this.#isClosed || this.#waiting.has(sessionId)) return;
    const begin = () => {
      this.#waiting.delete(sessionId);
      this.#begin(sessionId);
    };
    this.#waiting.set(sessionId, this.#deps.time.after(LOOK_AFTER_MS, begin));
  }

  #begin(sessionId: SessionId): void {
    if (this.#looking.has(sessionId)) return void this.#looking.set(sessionId, true);
    this.#looking.set(sessionId, false);
    const job = this.#look(sessionId)
      .catch((error: unknown) => {
        // It is looked at again when the turn is over, or the session is back.
        if (!(error instanceof DomainError)) this.#deps.logger.warn({ err: error, sessionId }, "What git brought in could not be read");
      })
      .finally(() => {
        this.#jobs.delete(job);
        const isChanged = this.#looking.get(sessionId) === true;
        this.#looking.delete(sessionId);
        if (isChanged) this.#wake(sessionId);
      });
    this.#jobs.add(job);
  }

  async #look(sessionId: SessionId): Promise<void> {
    const { git, worktrees, follow } = this.#deps;
    const worktree = await worktrees.find(sessionId);
    if (worktree?.state !== "live") return;
    const head = await readHead(git, worktree);
    if (head === this.#seen.get(worktree.id)) return;
    if (head !== worktree.baseCommit && (await follow(sessionId)) === "not_now") return;
    this.#seen.set(worktree.id, head);
  }
}

/** Reads the commit of HEAD from git's files, and asks git only where they do not tell. */
async function readHead(git: Git, { path }: Worktree): Promise<string> {
  const { gitDir, commonDir } = await git.dirs(path);
  const head = await readFile(join(gitDir, "HEAD"), "utf8").catch(() => "");
  const ref = /^ref: (refs\/heads\/\S+)\n$/.exec(head)?.[1];
  const found = ref === undefined ? head : await readFile(join(commonDir, ref), "utf8").catch(() => "");
  return /^[0-9a-f]{40,64}\n$/.test(found) ? found.trim() : (await git.read(path, ["rev-parse", "HEAD"])).text;
}
