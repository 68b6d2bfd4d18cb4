import type { Database } from "@boocode/db/database";
import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { listWorktrees } from "@boocode/db/stores/worktree-store";
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
  time: Pick<Time, "elapsedMs">;
  worktrees: Pick<Worktrees, "leftOut" | "listUnheld">;
  worktreesDir: string;
}

interface Measured {
  size: FolderSize;
  /** Null if git could not tell. */
  ownCommits: number | null;
}

/** The names of files whose current content is in no checkpoint. */
type Unheld = { isKnown: true; names: readonly string[] } | { isKnown: false };

/** How long a size stays fresh. */
const FRESH_MS = 300_000;
/** How long the list of files stays fresh: files may be edited at any time, and a check costs little. */
const FILES_FRESH_MS = 30_000;

/** Lists every worktree with its disk usage and the reasons not to remove it. Slow results follow later. */
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

  /** Lists all worktrees that are not removed, of one project or of all, most recently used first. */
  async list(projectId?: ProjectId): Promise<WorktreeEntry[]> {
    const worktrees = (await listWorktrees(this.#deps.db.read, projectId)).filter(({ state }) => state !== "removed");
    const entries = await Promise.all(worktrees.map((worktree) => this.#toEntry(worktree)));
    return entries.toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
  }

  /** Lists what was set aside when worktrees were recreated, newest first. */
  async setAside(): Promise<SetAsideEntry[]> {
    const found = await listSetAside(this.#deps.worktreesDir);
    return found.map(({ path, at }) => ({ path, at, size: this.#setAside.get(path) }));
  }

  /** Ends the checks in progress. */
  async close(): Promise<void> {
    await Promise.all([this.#worktrees.close(), this.#unheld.close(), this.#setAside.close()]);
  }

  async #toEntry(worktree: Worktree): Promise<WorktreeEntry> {
    const { db, worktrees } = this.#deps;
    const { id, sessionId, projectId, path, branch, adopted, createdAt } = worktree;
    const session = sessionId === null ? null : await findSession(db.read, sessionId);
    const { state, head } = await seeWorktree(worktree);
    const measured = this.#worktrees.get(id);
    const unheld = state === "live" ? this.#unheld.get(id) : null;
    const pending = sessionId === null ? [] : await listPendingChanges(db.read, sessionId);
    const { names: leftOut } = await worktrees.leftOut(worktree);
    const changed = new Set([...pending.map((change) => change.path), ...(unheld?.isKnown ? unheld.names : [])]);
    const blocks = toWorktreeBlocks({
      state,
      isAdopted: adopted === "worktree",
      hasOpenSession: session !== null && session.deletedAt === null && !session.archived,
      openTasks: sessionId === null ? 0 : (await listOpenTasks(db.read, sessionId)).length,
      pendingFiles: [...changed].filter((name) => !leftOut.includes(name)).length,
      leftOut: leftOut.length,
      isUnreadable: unheld?.isKnown === false,
      // An unknown count is neither zero nor a failure: `size` shows that it is still being determined.
      ownCommits: measured ? measured.ownCommits : 0,
    });
    return {
      id,
      sessionId,
      projectId,
      path,
      branch,
      adopted,
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
    // Read HEAD now: a switch is not recorded while no page shows the session.
    const { head } = await seeWorktree(worktree);
    return { size: await measureFolder(worktree.path, signal), ownCommits: await countOwnCommits({ db, git }, { ...worktree, head }) };
  }
}

/** Reads a worktree's current state; returns the last known one if it is being created or cannot be read. */
async function seeWorktree(worktree: Worktree): Promise<Pick<Worktree, "state" | "head">> {
  const look = worktree.state === "creating" ? null : await lookAtWorktree(worktree.path).catch(() => null);
  return look ? decideWorktreeState(worktree, look) : worktree;
}
