import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { listWorktrees } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { decideCommit } from "@boocode/shared/git/decide-commit";
import { decideAbort, decideContinue } from "@boocode/shared/git/decide-operation";
import { decidePullRequest, decidePush } from "@boocode/shared/git/decide-push";
import { decideRunProblem } from "@boocode/shared/git/decide-run-problem";
import { decideUpdate } from "@boocode/shared/git/decide-update";
import type { GitDecision } from "@boocode/shared/git/git-decision";
import type {
  CommitInput,
  OperationInput,
  PreviewUpdateInput,
  PullRequestInput,
  PushInput,
  UpdateInput,
  UpdatePreview,
} from "@boocode/shared/git/git-input";
import type { GitAction, GitRun, GitStatus } from "@boocode/shared/git/git-status";
import type { SessionId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { catchUpIdle } from "../changes/take-back/idle-worktree.ts";
import { readTip } from "../changes/blame/read-checkpoints.ts";
import type { Git } from "../platform/git/git.ts";
import { lookAtOperation } from "../worktrees/removal/looks/look-at-operation.ts";
import { requireOwnCheckout } from "../worktrees/checkpoints/require-own-checkout.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";
import type { Terminals } from "../terminals/terminals.ts";
import { dropPathsFile, writePathsFile } from "./paths-file.ts";
import { findNewBase, followBase, type FollowBaseDeps } from "./follow-base.ts";
import { GitRuns, type EndedGit, type GitRunsDeps } from "./git-runs.ts";
import { findLeftIntents, forgetIntents, noteIntents } from "./intents.ts";
import { listUnresolved } from "./list-unresolved.ts";
import { previewUpdate } from "./preview-update.ts";
import { GitStatuses, type GitLook, type GitStatusDeps } from "./git-statuses.ts";

export interface GitWorkDeps extends Omit<GitRunsDeps, "terminals">, FollowBaseDeps, Omit<GitStatusDeps, "runOf" | "terminals"> {
  db: Database;
  git: Git;
  worktrees: Worktrees;
  terminals: Pick<Terminals, "run" | "findPath">;
}

/**
 * What the person does with git from the page, each time on their click: committing, pushing, proposing, and bringing the work up to date.
 * Git runs in a visible terminal of the session; the daemon only looks, and decides.
 *
 * Faults: those of {@link GitRuns}, and those of the decisions in `packages/shared/src/git`.
 */
export class GitWork {
  readonly #deps: GitWorkDeps;
  readonly #runs: GitRuns;
  readonly #statuses: GitStatuses;
  #recovering: Promise<void> = Promise.resolve();

  constructor(deps: GitWorkDeps) {
    this.#deps = deps;
    this.#runs = new GitRuns(deps);
    this.#statuses = new GitStatuses({ ...deps, runOf: (sessionId) => this.#runs.find(sessionId) });
  }

  /** Reads what git says about the session's worktree. Changes nothing. Faults: `session_not_found`, `worktree_not_made`, those of git. */
  async status(sessionId: SessionId): Promise<GitStatus> {
    return (await this.#statuses.look(await this.#requireWorktree(sessionId))).status;
  }

  /** Commits exactly what was shown. What is pending stays so: it is measured against the base, not against HEAD. */
  commit(input: CommitInput): Promise<GitRun> {
    const { sessionId, size } = input;
    return this.#runs.start({
      sessionId,
      action: "commit",
      size,
      prepare: async (worktree) => {
        const look = await this.#statuses.look(worktree);
        const { argv, paths, untracked } = requirePlan(decideCommit({ ...look.status, ...look.facts, files: look.all }, input));
        const file = paths === null ? null : await writePathsFile(look.gitDir, look.toPaths(paths));
        const place = { gitDir: look.gitDir, folder: worktree.path };
        await noteIntents(this.#deps.git, place, look.toPaths(untracked));
        const named = file === null ? [] : [`--pathspec-from-file=${file}`, "--pathspec-file-nul"];
        return {
          steps: [[...argv, ...named]],
          settle: async (ended) => {
            if (file !== null) await dropPathsFile(file);
            await forgetIntents(this.#deps.git, place);
            // A hook may have changed files: these are the person's edits.
            await this.#deps.catchUp((await this.#deps.worktrees.find(sessionId)) ?? worktree);
            return this.#toProblem("commit", look, ended);
          },
        };
      },
    });
  }

  /** Pushes the branch that is checked out, never by force. */
  push({ sessionId, remote, size }: PushInput): Promise<GitRun> {
    return this.#beside("push", { sessionId, size }, async (look) =>
      requirePlan(decidePush({ ...look.status, ...look.facts }, { remote })),
    );
  }

  /** Makes a pull request with `gh`, or returns the page of the remote's host that makes one. */
  async pullRequest(input: PullRequestInput): Promise<{ kind: "terminal"; run: GitRun } | { kind: "link"; url: string }> {
    const look = await this.#statuses.look(await this.#requireWorktree(input.sessionId));
    const plan = requirePlan(decidePullRequest({ ...look.status, ...look.facts }, input));
    if (plan.kind === "link") return plan;
    return { kind: "terminal", run: await this.#beside("pull_request", input, async () => plan.steps) };
  }

  /** Says what an update from the base branch would bring, and what would be in its way. Changes nothing. Fault: `git_no_base`. */
  async previewUpdate(input: PreviewUpdateInput): Promise<UpdatePreview> {
    const worktree = await this.#requireWorktree(input.sessionId);
    const look = await this.#statuses.look(worktree);
    return (await previewUpdate(this.#deps.git, worktree.path, look, input)).preview;
  }

  /** Merges the base branch, or rebases onto it. Refused while uncommitted work would be in the way. */
  updateFromBase(input: UpdateInput): Promise<GitRun> {
    return this.#changing("update", input, async (look, worktree) => {
      const { inTheWay } = await previewUpdate(this.#deps.git, worktree.path, look, input);
      return requirePlan(decideUpdate({ ...look.status, ...look.facts, inTheWay }, input));
    });
  }

  /** Goes on with what git is in the middle of: what was in conflict counts as it is on disk. */
  continueOperation(input: OperationInput): Promise<GitRun> {
    return this.#changing("continue", input, async (look, worktree) => {
      const { all, status, facts, gitDir } = look;
      const unresolved = await listUnresolved(
        worktree.path,
        look.toPaths(all.filter(({ isConflict }) => isConflict).map(({ path }) => path)),
      );
      const { paths, add, steps } = requirePlan(decideContinue({ ...status, ...facts, files: all, unresolved }));
      if (paths.length === 0) return steps;
      const file = await writePathsFile(gitDir, look.toPaths(paths));
      return [[...add, `--pathspec-from-file=${file}`, "--pathspec-file-nul"], ...steps];
    });
  }

  /** Takes back what git is in the middle of. What was resolved so far stays in a checkpoint. */
  abort(input: OperationInput): Promise<GitRun> {
    return this.#changing("abort", input, async ({ status, facts }) => requirePlan(decideAbort({ ...status, ...facts })));
  }

  /** Takes back what commits of an earlier daemon told git and did not use. Call it once no git of that daemon runs; it goes on behind. */
  recover(): void {
    this.#recovering = this.#recover().catch((error: unknown) =>
      this.#deps.logger.warn({ err: error }, "What an earlier commit told git could not be taken back"),
    );
  }

  async #recover(): Promise<void> {
    const { db, git, locks } = this.#deps;
    for (const { sessionId, path, state } of await listWorktrees(db.read)) {
      const place = sessionId === null || state !== "live" ? null : await findLeftIntents(path);
      if (place === null || sessionId === null) continue;
      // One of this daemon's own takes them back itself.
      await locks.worktree({ sessionId }, async () => this.#runs.find(sessionId) ?? (await forgetIntents(git, place)));
    }
  }

  /** Moves the base to what of the base branch others than the page have brought into a worktree in which no turn runs. Faults: `worktree_busy`. */
  async followHead(sessionId: SessionId): Promise<"followed" | "not_now"> {
    return this.#deps.locks.worktree({ sessionId }, async () => {
      // A git of the page that runs follows by itself.
      if (this.#runs.find(sessionId)?.end === null) return "not_now";
      const worktree = await catchUpIdle(this.#deps, sessionId);
      const project = await findProject(this.#deps.db.read, worktree.projectId);
      const { base, operation } = (await this.#statuses.look(worktree)).status;
      if (!project || operation !== null) return "not_now";
      if ((await findNewBase(this.#deps.git, worktree, base)) !== null)
        await followBase(this.#deps, { worktree, projectPath: project.path, base, before: null });
      return "followed";
    });
  }

  /** Looks at a worktree, for others who decide something about it. */
  async look(sessionId: SessionId): Promise<{ look: GitLook; worktree: Worktree }> {
    const worktree = await this.#requireWorktree(sessionId);
    return { worktree, look: await this.#statuses.look(worktree) };
  }

  async close(): Promise<void> {
    await Promise.all([this.#runs.close(), this.#recovering]);
  }

  #beside(
    action: GitAction,
    { sessionId, size }: OperationInput,
    decide: (look: GitLook) => Promise<readonly (readonly string[])[]>,
  ): Promise<GitRun> {
    const prepare = async (worktree: Worktree) => {
      const look = await this.#statuses.look(worktree);
      return { steps: await decide(look), settle: (ended: EndedGit) => this.#toProblem(action, look, ended) };
    };
    return this.#runs.startBeside({ sessionId, action, size, prepare });
  }

  /** Runs a git that writes files of other commits into the worktree. */
  #changing(
    action: GitAction,
    { sessionId, size }: OperationInput,
    decide: (look: GitLook, worktree: Worktree) => Promise<readonly (readonly string[])[]>,
  ): Promise<GitRun> {
    const { db, git, worktrees } = this.#deps;
    const prepare = async (found: Worktree) => {
      const project = await findProject(db.read, found.projectId);
      if (!project) throw new DomainError({ kind: "project_not_found", projectId: found.projectId });
      const look = await this.#statuses.look(found);
      const follow = async (worktree: Worktree, before: string | null) => {
        const { base, operation } = (await this.#statuses.look(worktree)).status;
        // What is only half done may be taken back, and then the work is based on what it was.
        await followBase(this.#deps, { worktree, projectPath: project.path, base: operation === null ? base : null, before });
      };
      // What was brought in before, by whomever, is no pending change either.
      const isBehind = look.status.operation === null && (await findNewBase(git, found, look.status.base)) !== null;
      const steps = await decide(look, found);
      if (isBehind) await follow(found, null);
      const worktree = (await worktrees.find(sessionId)) ?? found;
      const { overlay } = await worktrees.openRaw(worktree, project.path);
      const { tree } = await readTip(git, overlay, worktree);
      const before = action === "update" ? tree : null;
      return {
        steps,
        settle: async (ended: EndedGit) => {
          await dropPathsFile(look.gitDir);
          await follow((await worktrees.find(sessionId)) ?? worktree, before);
          return this.#toProblem(action, look, ended);
        },
      };
    };
    return this.#runs.start({ sessionId, action, size, prepare });
  }

  async #toProblem(action: GitAction, { gitDir }: GitLook, { isSuccess, output }: EndedGit) {
    return decideRunProblem({ action, isSuccess, output, operation: await lookAtOperation(gitDir) });
  }

  async #requireWorktree(sessionId: SessionId): Promise<Worktree> {
    const { db, git, worktrees } = this.#deps;
    await requireSession(db.read, sessionId);
    const worktree = await worktrees.find(sessionId);
    if (!worktree || worktree.state === "creating") throw new DomainError({ kind: "worktree_not_made", sessionId });
    const project = await findProject(db.read, worktree.projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
    await requireOwnCheckout(git, project.path, worktree.path);
    return worktree;
  }
}

/** Returns the plan of a decision, or throws its fault. */
function requirePlan<Plan>(decision: GitDecision<Plan>): Plan {
  if (decision.kind === "refuse") throw new DomainError(decision.fault);
  return decision.plan;
}
