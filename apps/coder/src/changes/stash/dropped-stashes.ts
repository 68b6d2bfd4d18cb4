import { findProject, listProjects } from "@boocode/db/stores/project-store";
import type { Queryable } from "@boocode/db/database";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ProjectId, StashId } from "@boocode/shared/ids";
import { TRASH_KEPT_MS } from "@boocode/shared/trash/trash-entry";
import type { DroppedStash } from "@boocode/shared/worktrees/stash";
import type { Feed } from "../../feed/feed.ts";
import { ConfirmedTime } from "../../platform/confirmed-time.ts";
import type { Git } from "../../platform/git/git.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import { listDroppedCommits, letGoOfDropped, listStashCommits, setStashAside, takeStashBack } from "./stash-refs.ts";

export interface DroppedStashesDeps {
  db: { read: Queryable };
  feed: Pick<Feed, "changed">;
  git: Git;
  time: Pick<Time, "now" | "elapsedMs">;
  logger: Logger;
}

/** Stashes that a person dropped: kept for as long as the trash keeps folders, and brought back on a click. */
export class DroppedStashes {
  readonly #deps: DroppedStashesDeps;
  readonly #confirmed: ConfirmedTime;

  constructor(deps: DroppedStashesDeps) {
    this.#deps = deps;
    this.#confirmed = new ConfirmedTime(deps.time);
  }

  /** Lists what was dropped in a project, the last first. Faults: `project_not_found`, those of git. */
  async list(projectId: ProjectId): Promise<DroppedStash[]> {
    const { db, git } = this.#deps;
    const project = await findProject(db.read, projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId });
    const found = await listDroppedCommits(git, project.path);
    return found
      .toSorted((a, b) => b.droppedAt - a.droppedAt)
      .map(({ stashId, message, files, droppedAt }) => ({ stashId, message, files, droppedAt, keptUntil: droppedAt + TRASH_KEPT_MS }));
  }

  /** Takes a stash off the list of stashes. Faults: `stash_not_found`, those of git. */
  async drop(stashId: StashId): Promise<void> {
    const { feed, git, time } = this.#deps;
    const found = await this.#find(stashId, listStashCommits);
    await setStashAside(git, found.path, found.commit, time.now());
    feed.changed({ noun: "stashes", ids: [stashId] });
  }

  /** Puts a dropped stash back on the list. Faults: `stash_not_found`, those of git. */
  async takeBack(stashId: StashId): Promise<void> {
    const { feed, git } = this.#deps;
    const found = await this.#find(stashId, listDroppedCommits);
    await takeStashBack(git, found.path, found.commit);
    feed.changed({ noun: "stashes", ids: [stashId] });
  }

  /** Lets go of what was dropped too long ago by a clock that was not set wrong for a moment. Never rejects. */
  async expire(): Promise<void> {
    const { db, feed, git, logger } = this.#deps;
    const now = this.#confirmed.look();
    for (const { path } of await listProjects(db.read).catch(() => [])) {
      try {
        for (const dropped of await listDroppedCommits(git, path)) {
          if (now < dropped.droppedAt + TRASH_KEPT_MS) continue;
          await letGoOfDropped(git, path, dropped);
          feed.changed({ noun: "stashes", ids: [dropped.stashId] });
        }
      } catch (error) {
        logger.debug({ err: error, path }, "Dropped stashes could not be looked at");
      }
    }
  }

  /** A stash of any project. One whose repository is gone has none. */
  async #find<T extends { stashId: StashId }>(stashId: StashId, list: (git: Git, path: string) => Promise<T[]>) {
    const { db, git } = this.#deps;
    for (const { path } of await listProjects(db.read)) {
      const commit = (await list(git, path).catch(() => [])).find((stash) => stash.stashId === stashId);
      if (commit) return { path, commit };
    }
    throw new DomainError({ kind: "stash_not_found", stashId });
  }
}
