import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/project-store";
import { listTrustDecisions, putTrustDecisions } from "@boocode/db/trust-store";
import { findLiveWorktree } from "@boocode/db/worktree-store";
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

/** The checkout that is looked at. */
interface Place {
  projectId: ProjectId;
  /** Whose worktree it is; null: the project's own. */
  sessionId: SessionId | null;
  path: string;
}

/** What a person lets a repository run. Kept by content on the person's side; nothing in a repository can change it. */
export class Trust {
  readonly #deps: TrustDeps;
  /** What each session's worktree was last seen to be, so that a page is told when it is another. */
  readonly #seen = new Map<SessionId, string>();

  constructor(deps: TrustDeps) {
    this.#deps = deps;
  }

  /**
   * What a session's worktree would run, or the project's own checkout where it has none yet, and what was decided about it.
   * Looks at the disk each time. Faults: `project_not_found`, `session_not_found` for a session of another project.
   */
  async report(projectId: ProjectId, sessionId: SessionId | null): Promise<TrustReport> {
    const place = await this.#findPlace(projectId, sessionId);
    // A page asks again whenever something changes: no turn waits for that.
    return this.#toReport(place, await gatherTrust(this.#deps.git.inBackground(), place.path));
  }

  /**
   * Takes the person's answer to what they were shown.
   * Faults: `trust_changed` where something else is there by now, `trust_unknown`, those of {@link Trust.report}.
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

  /** Whether anything of the repository's may start in a worktree, as it lies on the disk now. */
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
