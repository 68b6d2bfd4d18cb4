import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { listTrustDecisions, putTrustDecisions } from "@boocode/db/stores/trust-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ProjectId, SessionId } from "@boocode/shared/ids";
import { decideTrust, decideTrustAnswer, isTrusted, toStanding } from "@boocode/shared/trust/decide-trust";
import type { TrustInput, TrustReport } from "@boocode/shared/trust/trust";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Feed } from "../feed/feed.ts";
import type { Time } from "../platform/time.ts";
import type { Git } from "../platform/git/git.ts";
import { gatherTrust, type GatheredTrust } from "./gather-trust.ts";

export interface TrustDeps {
  db: Database;
  git: Git;
  feed: Feed;
  time: Pick<Time, "now">;
}

/** The checkout to inspect. */
interface Place {
  projectId: ProjectId;
  /** The session that owns the worktree; null for the project's own checkout. */
  sessionId: SessionId | null;
  path: string;
}

/**
 * Records what a person allows a repository to run. Decisions are kept by content, outside the repository; nothing in a repository can
 * change them.
 */
export class Trust {
  readonly #deps: TrustDeps;
  /** The last digest seen for each session's worktree, so that the page is notified when it changes. */
  readonly #seen = new Map<SessionId, string>();

  constructor(deps: TrustDeps) {
    this.#deps = deps;
  }

  /**
   * Reports what a session's worktree would run, or the project's own checkout if it has none yet, and the decision about it. Reads the
   * disk each time.
   *
   * Faults: `project_not_found`, `session_not_found` for a session of another project.
   */
  async report(projectId: ProjectId, sessionId: SessionId | null): Promise<TrustReport> {
    const place = await this.#findPlace(projectId, sessionId);
    // The page asks after every change, but no turn waits for the answer, so it runs in the background.
    return this.#toReport(place, await gatherTrust(this.#deps.git.inBackground(), place.path));
  }

  /**
   * Records the person's decision on what they were shown.
   *
   * Faults: `trust_changed` if the content has changed since, `trust_unknown`, those of {@link Trust.report}.
   */
  async answer({ projectId, sessionId, decision, digest }: TrustInput): Promise<TrustReport> {
    const { db, git, time } = this.#deps;
    const place = await this.#findPlace(projectId, sessionId ?? null);
    const gathered = await gatherTrust(git, place.path);
    const decidedAt = time.now();
    await db.write("full", async (tx, announce) => {
      const decided = await listTrustDecisions(tx, projectId);
      const answer = decideTrustAnswer({ projectId, finding: gathered, decided }, { decision, digest });
      if (answer.kind === "refuse") throw new DomainError(answer.fault);
      await putTrustDecisions(
        tx,
        answer.contents.map(({ path, sha256 }) => ({ projectId, path, sha256, decision, decidedAt })),
      );
      announce.changed("projects", [projectId]);
    });
    return this.#toReport(place, gathered);
  }

  /** Returns whether programs from the repository may start in a worktree, in its current state on disk. */
  async isTrusted(worktree: Worktree): Promise<boolean> {
    const { db, git, feed } = this.#deps;
    const gathered = await gatherTrust(git, worktree.path);
    const state = decideTrust(gathered, await listTrustDecisions(db.read, worktree.projectId));
    const seen = `${state} ${gathered.digest}`;
    if (worktree.sessionId !== null && this.#seen.get(worktree.sessionId) !== seen) {
      this.#seen.set(worktree.sessionId, seen);
      feed.changed({ noun: "projects", ids: [worktree.projectId], sessionId: worktree.sessionId });
    }
    return isTrusted(state);
  }

  async #toReport({ projectId, sessionId }: Place, gathered: GatheredTrust): Promise<TrustReport> {
    const decided = await listTrustDecisions(this.#deps.db.read, projectId);
    return {
      projectId,
      sessionId,
      state: decideTrust(gathered, decided),
      digest: gathered.digest,
      items: gathered.items.map((item) => ({ ...item, standing: toStanding(item, decided) })),
      reason: gathered.kind === "unknown" ? gathered.reason : null,
    };
  }

  async #findPlace(projectId: ProjectId, sessionId: SessionId | null): Promise<Place> {
    const { read } = this.#deps.db;
    const project = await findProject(read, projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId });
    const worktree = sessionId === null ? null : await findLiveWorktree(read, sessionId);
    if (worktree && worktree.projectId !== projectId) throw new DomainError({ kind: "session_not_found", sessionId: sessionId ?? "" });
    if (worktree?.state === "live") return { projectId, sessionId, path: worktree.path };
    return { projectId, sessionId: null, path: project.path };
  }
}
