import type { Database } from "@boocode/db/database";
import { findSession } from "@boocode/db/session-store";
import { listWorktrees } from "@boocode/db/worktree-store";
import type { ProjectId, WorktreeId } from "@boocode/shared/ids";
import { decideWorktreeState } from "@boocode/shared/worktrees/decide-worktree-state";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { WorktreeEntry } from "@boocode/shared/worktrees/worktree-inventory";
import type { Feed } from "../feed/feed.ts";
import type { Clock } from "../platform/clock.ts";
import { lookAtWorktree } from "./look-at-worktree.ts";
import { measureFolder, type FolderSize } from "./measure-folder.ts";

export interface InventoryInput {
  db: Database;
  feed: Feed;
  clock: Clock;
}

/** How long a size is good. */
const FRESH_MS = 300_000;

/** Every worktree there is, with what it takes up. Sizes come later: they are measured one after the other, behind the caller's back. */
export class WorktreeInventory {
  readonly #input: InventoryInput;
  readonly #sizes = new Map<WorktreeId, { size: FolderSize; at: number }>();
  readonly #closing = new AbortController();
  #waiting: Worktree[] = [];
  #measuring: Promise<void> | null = null;

  constructor(input: InventoryInput) {
    this.#input = input;
  }

  /** All worktrees that are not removed, of one project or of all, used last first. */
  async list(projectId?: ProjectId): Promise<WorktreeEntry[]> {
    const { db, clock } = this.#input;
    const worktrees = (await listWorktrees(db.read, projectId)).filter(({ state }) => state !== "removed");
    const entries = await Promise.all(worktrees.map((worktree) => this.#toEntry(worktree)));
    const stale = worktrees.filter(({ id }) => clock.now() - (this.#sizes.get(id)?.at ?? 0) > FRESH_MS);
    this.#measure(stale);
    return entries.sort((a, b) => b.lastUsedAt - a.lastUsedAt);
  }

  /** Ends a measuring that is under way. */
  async close(): Promise<void> {
    this.#waiting = [];
    this.#closing.abort();
    await this.#measuring;
  }

  async #toEntry(worktree: Worktree): Promise<WorktreeEntry> {
    const { id, sessionId, projectId, path, branch, createdAt } = worktree;
    const session = sessionId === null ? null : await findSession(this.#input.db.read, sessionId);
    const look = worktree.state === "creating" ? null : await lookAtWorktree(path).catch(() => null);
    const { state, head } = look ? decideWorktreeState(worktree, look) : worktree;
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
      size: this.#sizes.get(id)?.size ?? null,
    };
  }

  #measure(worktrees: readonly Worktree[]): void {
    const isKnown = new Set(this.#waiting.map(({ id }) => id));
    this.#waiting.push(...worktrees.filter(({ id }) => !isKnown.has(id)));
    this.#measuring ??= this.#measureAll().finally(() => (this.#measuring = null));
  }

  async #measureAll(): Promise<void> {
    const measured: WorktreeId[] = [];
    for (let worktree = this.#waiting[0]; worktree !== undefined; worktree = this.#waiting[0]) {
      const size = await measureFolder(worktree.path, this.#closing.signal);
      this.#sizes.set(worktree.id, { size, at: this.#input.clock.now() });
      measured.push(worktree.id);
      this.#waiting.shift();
    }
    if (measured.length > 0 && !this.#closing.signal.aborted) this.#input.feed.changed({ noun: "worktrees", ids: measured });
  }
}
