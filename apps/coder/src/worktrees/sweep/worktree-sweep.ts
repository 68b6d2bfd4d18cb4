import { readdir, realpath, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Database } from "@boocode/db/database";
import { listProjects } from "@boocode/db/stores/project-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { listTrash } from "@boocode/db/stores/sessions/trash-store";
import { findLiveWorktree, listWorktrees } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { SessionId, type WorktreeId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import { decideClaim, type MarkedFacts, pickForSweep, SWEEP_GRACE_MS } from "@boocode/shared/worktrees/decide-sweep";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../../platform/git/git.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import { findMarkedWorktrees, type MarkedWorktree } from "../making/find-marked.ts";
import { recordOrphan } from "./record-orphan.ts";

export interface WorktreeSweepDeps {
  db: Database;
  git: Git;
  time: Time;
  logger: Logger;
  worktreesDir: string;
  checkpointsDir: string;
  installId: string;
  /** Moves one that nobody owns into the trash if nothing would be lost; else rejects with the fault that says why not. */
  remove(worktreeId: WorktreeId): Promise<unknown>;
}

const FIRST_AFTER_MS = 60_000;
const SWEEP_EVERY_MS = 600_000;

/** What one pass did, by path. */
export interface Swept {
  recorded: string[];
  removed: string[];
  /** Those that stay, because work is at risk or could not be looked at. `worktreeRisk.inventory` says why. */
  kept: string[];
}

/**
 * Finds worktrees that nobody owns, as after a backup was restored: records each, so that the inventory shows it, and moves it into the
 * trash once it has been seen for an hour and provably nothing would be lost. W5: touches nothing that this installation did not make.
 */
export class WorktreeSweep {
  readonly #deps: WorktreeSweepDeps;
  readonly #seen = new Map<WorktreeId, { seenAt: number; judgedAt: number | null }>();
  #cancel: () => void;
  #running: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(deps: WorktreeSweepDeps) {
    this.#deps = deps;
    this.#cancel = this.#after(FIRST_AFTER_MS);
  }

  /** Does one pass. A worktree that cannot be read is left alone. */
  async sweep(): Promise<Swept> {
    const swept: Swept = { recorded: [], removed: [], kept: [] };
    const orphans = await this.#findOrphans(swept);
    const now = this.#deps.time.elapsedMs();
    for (const id of this.#seen.keys()) if (!orphans.some((each) => each.id === id)) this.#seen.delete(id);
    for (const { id } of orphans) if (!this.#seen.has(id)) this.#seen.set(id, { seenAt: now, judgedAt: null });
    const due = pickForSweep(
      orphans.map(({ id, path }) => ({ id, path, ...this.#seen.get(id)! })),
      now,
    );
    for (const { id, path } of due) {
      if (this.#isClosed) break;
      this.#seen.set(id, { ...this.#seen.get(id)!, judgedAt: this.#deps.time.elapsedMs() });
      await this.#deps.remove(id).then(
        () => swept.removed.push(path),
        (error: unknown) => {
          swept.kept.push(path);
          if (!(error instanceof DomainError)) this.#deps.logger.warn({ err: error, path }, "A worktree that nobody owns was not judged");
        },
      );
    }
    await this.#dropLeftBehind();
    if (swept.recorded.length + swept.removed.length > 0) this.#deps.logger.info(swept, "Worktrees that nobody owns");
    return swept;
  }

  /** Ends after the worktree that is being judged. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#running;
  }

  /** Records what no row knows, and returns the worktrees that are nobody's. */
  async #findOrphans(swept: Swept): Promise<Worktree[]> {
    const { db, worktreesDir, installId, logger } = this.#deps;
    const folder = await realpath(worktreesDir).catch(() => null);
    if (folder === null) return [];
    const projects = await Promise.all(
      (await listProjects(db.read)).map(async (project) => ({ project, commonDir: await this.#findCommonDir(project) })),
    );
    const orphans: Worktree[] = [];
    for (const marked of await findMarkedWorktrees(folder, installId)) {
      const project = projects.find(({ commonDir }) => commonDir === marked.commonDir)?.project;
      const row = (await listWorktrees(db.read)).find(({ path, state }) => path === marked.path && state !== "removed");
      const claim = decideClaim(await this.#describe(marked, { folder, isProjectKnown: project !== undefined, row }));
      if (claim === "orphan") orphans.push(row!);
      if (claim !== "record_for_session" && claim !== "record_as_orphan") continue;
      const sessionId = claim === "record_for_session" ? SessionId.parse(marked.sessionId) : null;
      const recorded = await recordOrphan(this.#deps, marked, project!, sessionId).catch((error: unknown) => {
        logger.warn({ err: error, path: marked.path }, "A worktree that the store does not know cannot be read; it is left alone");
        return null;
      });
      if (recorded) swept.recorded.push(recorded.path);
      if (recorded?.sessionId === null) orphans.push(recorded);
    }
    return orphans;
  }

  async #describe(
    marked: MarkedWorktree,
    { folder, isProjectKnown, row }: { folder: string; isProjectKnown: boolean; row: Worktree | undefined },
  ): Promise<MarkedFacts> {
    const { db } = this.#deps;
    const named = SessionId.safeParse(marked.sessionId);
    const session = named.success ? await findSession(db.read, named.data) : null;
    const isThere = session !== null && session.deletedAt === null;
    const hasWorktree = session !== null && (await findLiveWorktree(db.read, session.id)) !== null;
    const owner = row?.sessionId == null ? null : await findSession(db.read, row.sessionId);
    return {
      isInOurFolder: dirname(marked.path) === folder,
      isInPlace: marked.isInPlace,
      isProjectKnown,
      isOnItsWay: (await listTrash(db.read)).some(({ worktreeId, worktree, state }) => {
        return (row !== undefined && worktreeId === row.id) || (state !== "kept" && worktree?.path === marked.path);
      }),
      row: row === undefined ? "none" : owner === null ? "of_nobody" : "of_a_session",
      lockSession: !isThere ? "gone" : hasWorktree ? "with_worktree" : "without_worktree",
    };
  }

  async #findCommonDir({ path }: Project): Promise<string | null> {
    const dirs = await this.#deps.git.dirs(path).catch(() => null);
    return dirs && realpath(dirs.commonDir).catch(() => null);
  }

  /** Removes the private git directories of worktrees that no row knows any more: they hold an index, and no work. */
  async #dropLeftBehind(): Promise<void> {
    const { db, checkpointsDir } = this.#deps;
    const known = new Set((await listWorktrees(db.read)).map(({ id }) => id as string));
    for (const name of await readdir(checkpointsDir).catch(() => [])) {
      if (!/^wkt_[0-9a-z]{20,40}$/.test(name) || known.has(name)) continue;
      const path = join(checkpointsDir, name);
      const found = await stat(path).catch(() => null);
      if (found === null || Math.abs(this.#deps.time.now() - found.mtimeMs) < SWEEP_GRACE_MS) continue;
      await rm(path, { recursive: true, force: true });
    }
  }

  #after(delayMs: number): () => void {
    return this.#deps.time.after(delayMs, () => {
      this.#running = this.sweep()
        .catch((error: unknown) => this.#deps.logger.error({ err: error }, "Worktrees could not be swept"))
        .then(() => {
          if (!this.#isClosed) this.#cancel = this.#after(SWEEP_EVERY_MS);
        });
    });
  }
}
