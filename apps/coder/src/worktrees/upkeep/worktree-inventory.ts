import type { Database } from "@boocode/db/database";
import { listPendingChanges } from "@boocode/db/pending-change-store";
import { findSession } from "@boocode/db/session-store";
import { listOpenTasks } from "@boocode/db/task-store";
import { listWorktrees } from "@boocode/db/worktree-store";
import type { ProjectId } from "@boocode/shared/ids";
import { decideWorktreeState } from "@boocode/shared/worktrees/decide-worktree-state";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { toWorktreeBlocks } from "@boocode/shared/worktrees/worktree-blocks";
import type { SetAsideEntry, WorktreeEntry } from "@boocode/shared/worktrees/worktree-inventory";
import type { Feed } from "../../feed/feed.ts";
import type { Time } from "../../platform/time.ts";
import type { Git } from "../../platform/git/git.ts";
import { BackgroundLooks } from "./background-looks.ts";
import { countOwnCommits } from "./count-own-commits.ts";
import { listSetAside } from "../making/set-aside.ts";
import { lookAtWorktree } from "../watch/look-at-worktree.ts";
import { measureFolder, type FolderSize } from "./measure-folder.ts";
import type { Worktrees } from "../worktrees.ts";

export interface InventoryDeps {
  db: Database;
  git: Git;
  feed: Feed;
  time: Pick<Time, "now">;
  worktrees: Pick<Worktrees, "leftOut" | "listUnheld">;
  worktreesDir: string;
}

interface Measured {
  size: FolderSize;
  /** Null where git could not tell. */
  ownCommits: number | null;
}

/** Files that no checkpoint holds as they are, by name. */
type Unheld = { isKnown: true; names: readonly string[] } | { isKnown: false };

/** How long a size is good. */
const FRESH_MS = 300_000;
/** Files may be edited at any time, and a look at them costs little. */
const FILES_FRESH_MS = 30_000;

/** Every worktree there is, with what it takes up and what speaks against its removal. What takes long comes later. */
export class WorktreeInventory {
  readonly #deps: InventoryDeps;
  readonly #worktrees: BackgroundLooks<Measured>;
  readonly #unheld: BackgroundLooks<Unheld>;
  readonly #setAside: BackgroundLooks<FolderSize>;

  constructor(deps: InventoryDeps) {
    const { time, feed } = deps;
    this.#deps = deps;
    const tell = (ids: readonly string[]) => feed.changed({ noun: "worktrees", ids: [...ids] });
    this.#worktrees = new BackgroundLooks({ time, freshMs: FRESH_MS, look: (id, signal) => this.#look(id, signal), onDone: tell });
    this.#unheld = new BackgroundLooks({ time, freshMs: FILES_FRESH_MS, look: (id) => this.#findUnheld(id), onDone: tell });
    this.#setAside = new BackgroundLooks({ time, freshMs: FRESH_MS, look: measureFolder, onDone: () => tell([]) });
  }

  /** All worktrees that are not removed, of one project or of all, used last first. */
  async list(projectId?: ProjectId): Promise<WorktreeEntry[]> {
    const worktrees = (await listWorktrees(this.#deps.db.read, projectId)).filter(({ state }) => state !== "removed");
    const entries = await Promise.all(worktrees.map((worktree) => this.#toEntry(worktree)));
    return entries.toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
  }

  /** What was put away when worktrees were made again, newest first. */
  async setAside(): Promise<SetAsideEntry[]> {
    const found = await listSetAside(this.#deps.worktreesDir);
    return found.map(({ path, at }) => ({ path, at, size: this.#setAside.get(path) }));
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    await Promise.all([this.#worktrees.close(), this.#unheld.close(), this.#setAside.close()]);
  }

  async #toEntry(worktree: Worktree): Promise<WorktreeEntry> {
    const { db, worktrees } = this.#deps;
    const { id, sessionId, projectId, path, branch, createdAt } = worktree;
    const session = sessionId === null ? null : await findSession(db.read, sessionId);
    const { state, head } = await seeWorktree(worktree);
    const measured = this.#worktrees.get(id);
    const unheld = state === "live" ? this.#unheld.get(id) : null;
    const pending = sessionId === null ? [] : await listPendingChanges(db.read, sessionId);
    const { names: leftOut } = await worktrees.leftOut(worktree);
    const changed = new Set([...pending.map((change) => change.path), ...(unheld?.isKnown ? unheld.names : [])]);
    const blocks = toWorktreeBlocks({
      state,
      hasOpenSession: session !== null && session.deletedAt === null && !session.archived,
      openTasks: sessionId === null ? 0 : (await listOpenTasks(db.read, sessionId)).length,
      pendingFiles: [...changed].filter((name) => !leftOut.includes(name)).length,
      leftOut: leftOut.length,
      isUnreadable: unheld?.isKnown === false,
      // Not known yet is not nothing, and not a failure either: `size` tells that it is still looked at.
      ownCommits: measured ? measured.ownCommits : 0,
    });
    return {
      id,
      sessionId,
      projectId,
      path,
      branch,
      head,
      state,
      createdAt,
      sessionTitle: session?.title ?? null,
      lastUsedAt: session?.lastActivityAt ?? createdAt,
      size: measured?.size ?? null,
      blocks,
    };
  }

  async #findUnheld(id: string): Promise<Unheld> {
    const worktree = (await listWorktrees(this.#deps.db.read)).find((each) => each.id === id);
    if (!worktree) return { isKnown: false };
    return this.#deps.worktrees.listUnheld(worktree).then(
      (names) => ({ isKnown: true, names }),
      () => ({ isKnown: false }),
    );
  }

  async #look(id: string, signal: AbortSignal): Promise<Measured> {
    const { db, git } = this.#deps;
    const worktree = (await listWorktrees(db.read)).find((each) => each.id === id);
    if (!worktree) return { size: { bytes: 0, files: 0, isWhole: false }, ownCommits: null };
    // HEAD as it is now: nobody notes a switch while no page shows the session.
    const { head } = await seeWorktree(worktree);
    return { size: await measureFolder(worktree.path, signal), ownCommits: await countOwnCommits({ db, git }, { ...worktree, head }) };
  }
}

/** As it is now; as it was last seen where it is being made or cannot be looked at. */
async function seeWorktree(worktree: Worktree): Promise<Pick<Worktree, "state" | "head">> {
  const look = worktree.state === "creating" ? null : await lookAtWorktree(worktree.path).catch(() => null);
  return look ? decideWorktreeState(worktree, look) : worktree;
}
