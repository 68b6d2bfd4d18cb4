import { setImmediate as nextTurn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Database } from "@boocode/db/database";
import { listNextPendingChanges, listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { MAX_LISTED_CHANGES, type PendingChange } from "@boocode/shared/changes/pending-change";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Locks } from "../platform/locks.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";
import type { ChangeCapture } from "./change-capture.ts";
import type { StagedChanges } from "./staged/staged-changes.ts";

/** The changes read at once from the store. */
const PAGE = 500;

/** The result of checking for changes made outside any turn. */
export type Refreshed = "none" | "unchanged" | "changed" | "busy";

export interface PendingChangesDeps {
  db: Database;
  locks: Locks;
  worktrees: Worktrees;
  capture: ChangeCapture;
  stagedChanges: StagedChanges;
}

/** The changes that nobody has judged yet, for the page. */
export class PendingChanges {
  readonly #deps: PendingChangesDeps;

  constructor(deps: PendingChangesDeps) {
    this.#deps = deps;
  }

  /** Lists the changes in the worktree, at most 10,000, and the staged ones, ordered by path. Faults: `session_not_found`; with staged ones, those of git. */
  async list(sessionId: SessionId): Promise<PendingChange[]> {
    const { stagedChanges } = this.#deps;
    await this.#requireSession(sessionId);
    const [written, staged] = await Promise.all([this.#listWritten(sessionId), stagedChanges.list(sessionId)]);
    if (staged.length === 0) return written;
    return [...written, ...staged.map(({ row }) => row)].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }

  /** Reads page by page, so that others have their turn between two pages. */
  async #listWritten(sessionId: SessionId): Promise<PendingChange[]> {
    const listed: PendingChange[] = [];
    while (listed.length < MAX_LISTED_CHANGES) {
      const limit = Math.min(PAGE, MAX_LISTED_CHANGES - listed.length);
      const page = await listNextPendingChanges(this.#deps.db.read, sessionId, { after: listed.at(-1) ?? null, limit });
      for (const change of page) listed.push(change);
      if (page.length < limit) break;
      await nextTurn();
    }
    return listed;
  }

  /**
   * Captures what the person changed on disk since the last checkpoint. `none`: there is no worktree; `busy`: a turn is running, and
   * changes are attributed when it ends.
   *
   * Faults: `session_not_found`; `worktree_missing`; those of git.
   */
  async refresh(sessionId: SessionId): Promise<Refreshed> {
    const { locks, worktrees } = this.#deps;
    await this.#requireSession(sessionId);
    return locks.worktree({ sessionId }, async () => {
      const worktree = await worktrees.find(sessionId);
      return worktree?.state === "live" ? this.catchUp(worktree) : "none";
    });
  }

  /** Does the work of {@link refresh} for a caller that holds the worktree's lock. */
  async catchUp(worktree: Worktree): Promise<Exclude<Refreshed, "none">> {
    const { db, worktrees, capture } = this.#deps;
    const { sessionId } = worktree;
    if (sessionId === null) return "unchanged";
    const isIdle = async () => (await listOpenTasks(db.read, sessionId)).every(({ state }) => state !== "running");
    const taken = await worktrees.takeIdle(worktree, { author: null, isIdle });
    if (taken === null) return "busy";
    const isNew = taken.commit !== worktree.lastCheckpoint;
    // A checkpoint taken just before a crash, or for a turn that never started, was never captured.
    if (!isNew && capture.isUpToDate(worktree)) return "unchanged";
    const before = await listPendingChanges(db.read, sessionId);
    const { changes } = await capture.captureHeld(sessionId);
    return isNew || !isDeepStrictEqual(changes, before) ? "changed" : "unchanged";
  }

  /**
   * Lists what is in the worktree but in no change, at most a hundred names: files that are too big, too many, unreadable or constantly
   * rewritten, and nested repositories (with a trailing slash) that have work of their own or were never fetched. Faults:
   * `session_not_found`.
   */
  async leftOut(sessionId: SessionId): Promise<string[]> {
    const { worktrees } = this.#deps;
    await this.#requireSession(sessionId);
    const worktree = await worktrees.find(sessionId);
    if (!worktree) return [];
    const { names, unfetched } = await worktrees.leftOut(worktree);
    return [...names, ...unfetched];
  }

  async #requireSession(sessionId: SessionId): Promise<void> {
    const { db } = this.#deps;
    const session = await findSession(db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
  }
}
