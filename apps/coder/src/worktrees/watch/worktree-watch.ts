import { watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";
import type { Database } from "@boocode/db/database";
import { findTrashOfSession } from "@boocode/db/stores/sessions/trash-store";
import { findLiveWorktree, updateWorktree } from "@boocode/db/stores/worktree-store";
import type { SessionId } from "@boocode/shared/ids";
import { decideWorktreeState } from "@boocode/shared/worktrees/decide-worktree-state";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Feed } from "../../feed/feed.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import { lookAtWorktree, readGitLink } from "./look-at-worktree.ts";
import { TRUST_TOP_NAMES } from "../../trust/trust-places.ts";

export interface WorktreeWatchDeps {
  db: Database;
  feed: Feed;
  time: Pick<Time, "after">;
  logger: Logger;
  /** Called when a session's worktree is found to be gone, so that agents in it have no working directory. */
  onGone(sessionId: SessionId): void;
}

interface Watched {
  sessionId: SessionId;
  /** The number of pages and turns that watch it. */
  holders: number;
  onGone: Set<() => void>;
  /** The folder's path and inode, for which the watchers below were created. */
  identity: string;
  watchers: FSWatcher[];
  stopTimer: () => void;
  looking: Promise<void> | null;
  isAskedAgain: boolean;
}

/**
 * The polling interval. Some file systems report no changes, and none reports that a parent folder was moved. Each poll costs two reads.
 */
const LOOK_EVERY_MS = 1_500;

/**
 * Notices within two seconds that a worktree was moved, deleted, replaced or switched to another branch, while a page shows its session or
 * a turn runs in it. Costs nothing otherwise, and never starts git.
 */
export class WorktreeWatch {
  readonly #deps: WorktreeWatchDeps;
  readonly #watched = new Map<SessionId, Watched>();
  readonly #unsubscribe: () => void;

  constructor(deps: WorktreeWatchDeps) {
    this.#deps = deps;
    // A worktree that was just created or recreated is a different folder to watch.
    this.#unsubscribe = deps.feed.onWorkspace(({ noun, sessionId }) => {
      const watched = noun === "worktrees" && sessionId !== undefined ? this.#watched.get(sessionId) : undefined;
      if (watched) this.#look(watched);
    });
  }

  /** Watches the session's worktree until the returned function is called. */
  open(sessionId: SessionId): () => void {
    const watched = this.#watched.get(sessionId) ?? this.#begin(sessionId);
    watched.holders += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      watched.holders -= 1;
      if (watched.holders === 0) this.#end(watched);
    };
  }

  /** Does the same as {@link open} for a turn, and calls `onGone` once if the worktree is found to be gone. */
  watch(worktree: Pick<Worktree, "sessionId">, onGone: () => void): () => void {
    if (worktree.sessionId === null) return () => {};
    const release = this.open(worktree.sessionId);
    const watched = this.#watched.get(worktree.sessionId);
    watched?.onGone.add(onGone);
    return () => {
      watched?.onGone.delete(onGone);
      release();
    };
  }

  /** Stops watching; resolves when the checks in progress are done. */
  async close(): Promise<void> {
    this.#unsubscribe();
    const all = [...this.#watched.values()];
    for (const watched of all) this.#end(watched);
    await Promise.all(all.flatMap(({ looking }) => looking ?? []));
  }

  #begin(sessionId: SessionId): Watched {
    const watched: Watched = {
      sessionId,
      holders: 0,
      onGone: new Set(),
      identity: "",
      watchers: [],
      stopTimer: () => {},
      looking: null,
      isAskedAgain: false,
    };
    this.#watched.set(sessionId, watched);
    this.#look(watched);
    return watched;
  }

  #end(watched: Watched): void {
    watched.stopTimer();
    for (const watcher of watched.watchers.splice(0)) watcher.close();
    if (this.#watched.get(watched.sessionId) === watched) this.#watched.delete(watched.sessionId);
  }

  #look(watched: Watched): void {
    if (watched.looking) {
      watched.isAskedAgain = true;
      return;
    }
    watched.stopTimer();
    watched.looking = this.#lookUntilQuiet(watched).finally(() => {
      watched.looking = null;
      if (this.#watched.get(watched.sessionId) !== watched) return;
      watched.stopTimer = this.#deps.time.after(LOOK_EVERY_MS, () => this.#look(watched));
    });
  }

  async #lookUntilQuiet(watched: Watched): Promise<void> {
    do {
      watched.isAskedAgain = false;
      try {
        await this.#lookOnce(watched);
      } catch (error) {
        this.#deps.logger.warn({ err: error, sessionId: watched.sessionId }, "A worktree could not be checked");
      }
    } while (watched.isAskedAgain && this.#watched.get(watched.sessionId) === watched);
  }

  async #lookOnce(watched: Watched): Promise<void> {
    const { db, onGone } = this.#deps;
    const { sessionId } = watched;
    const known = await findLiveWorktree(db.read, sessionId);
    if (!known || known.state === "creating") return;
    await this.#arm(watched, known);
    const look = await lookAtWorktree(known.path);
    const seen = decideWorktreeState(known, look);
    if (seen.state === known.state && seen.head === known.head) return;
    // Decide again inside the transaction: the worktree may have been recreated since the check.
    const noted = await db.write("full", async (tx, announce) => {
      const now = await findLiveWorktree(tx, sessionId);
      if (!now || now.state === "creating") return null;
      // On its way into the trash it is neither missing nor replaced.
      if ((await findTrashOfSession(tx, sessionId)) !== null) return null;
      const { state, head } = decideWorktreeState(now, look);
      if (state === now.state && head === now.head) return null;
      announce.changed("worktrees", [now.id], sessionId);
      return { before: now.state, now: await updateWorktree(tx, now.id, { state, head }) };
    });
    if (!noted?.now) return;
    if (noted.before !== "live" || noted.now.state === "live") return;
    const listeners = [...watched.onGone];
    watched.onGone.clear();
    for (const tell of listeners) tell();
    onGone(sessionId);
  }

  /** Watches the parent folder of the worktree, its git directory for HEAD, and its top level for files that need trust. */
  async #arm(watched: Watched, { path, inode, projectId }: Worktree): Promise<void> {
    const identity = `${path} ${inode}`;
    if (watched.identity === identity) return;
    watched.identity = identity;
    for (const watcher of watched.watchers.splice(0)) watcher.close();
    const gitDir = await readGitLink(path);
    if (this.#watched.get(watched.sessionId) !== watched) return;
    const { feed } = this.#deps;
    this.#add(watched, dirname(path), (name) => name === basename(path) && this.#look(watched));
    this.#add(watched, path, (name) => {
      if (name === ".git") this.#look(watched);
      if (TRUST_TOP_NAMES.has(name)) feed.changed({ noun: "projects", ids: [projectId], sessionId: watched.sessionId });
    });
    if (gitDir !== null) this.#add(watched, gitDir, (name) => name.startsWith("HEAD") && this.#look(watched));
  }

  #add(watched: Watched, folder: string, onName: (name: string) => unknown): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => void (name === null ? this.#look(watched) : onName(name)));
      // Without the watcher, polling continues.
      watcher.on("error", () => watcher.close());
      watched.watchers.push(watcher);
    } catch {
      // The folder is missing or the limit of watches is reached: polling covers it.
    }
  }
}
