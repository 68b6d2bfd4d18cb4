import { listUnsettledEdits } from "@boocode/db/stores/changes/edit-store";
import { findProject } from "@boocode/db/stores/project-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { StashId, type ProjectId, type SessionId } from "@boocode/shared/ids";
import type { Stash, StashResult } from "@boocode/shared/worktrees/stash";
import { toStashMessage, type StashOutcome } from "@boocode/shared/worktrees/to-stash-message";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Feed } from "../../feed/feed.ts";
import type { Git } from "../../platform/git/git.ts";
import { newId } from "../../platform/new-id.ts";
import type { Time } from "../../platform/time.ts";
import { toCommitVariables, toCommitWords } from "../../worktrees/checkpoints/commit-checkpoint.ts";
import { gatherRisk, type GatherRiskDeps } from "../../worktrees/removal/gather-risk.ts";
import { GUARD_LIMIT_MS, Limit } from "../../worktrees/removal/looks/limit.ts";
import { lookAtOperation } from "../../worktrees/removal/looks/look-at-operation.ts";
import { readIndex } from "../../worktrees/removal/looks/read-index.ts";
import { readStatus } from "../../worktrees/removal/looks/read-status.ts";
import type { TreeComparer } from "../compare/tree-comparer.ts";
import type { EditJournal } from "../edits/edit-journal.ts";
import { toEditPathTexts } from "../edits/to-end-events.ts";
import { withIdleWorktree, type IdleWorktree, type IdleWorktreeDeps } from "../take-back/idle-worktree.ts";
import { planStash, type StashPlan } from "./plan-stash.ts";
import { restoreIndex } from "./restore-index.ts";
import { forgetStash, keepStash, listStashCommits } from "./stash-refs.ts";
import { toCommitMessage } from "./stash-words.ts";

/** The session that a stash is taken from. */
interface Owner {
  id: SessionId;
  projectId: ProjectId;
  title: string;
}

export interface StashesDeps extends IdleWorktreeDeps {
  feed: Pick<Feed, "changed">;
  git: Git;
  time: Time;
  comparer: TreeComparer;
  journal: EditJournal;
  listProcesses: GatherRiskDeps["listProcesses"];
  /** Called at named points so that a test can crash there. */
  failpoint?: (name: string) => void | Promise<void>;
}

/**
 * Takes uncommitted work out of a session's worktree and keeps it under refs of BooCode's own. Git's own stash, which all worktrees of a
 * repository share, is never touched.
 */
export class Stashes {
  readonly #deps: StashesDeps;

  constructor(deps: StashesDeps) {
    this.#deps = deps;
  }

  /**
   * Stashes tracked and untracked files, not ignored ones, and returns the worktree and its index to HEAD. The files go only once a ref holds
   * them, and all or none. Nothing is stashed in the middle of a merge or the like, because it would be lost.
   *
   * Faults: those of {@link withIdleWorktree}; `moved_on` if a file was edited meanwhile, `edit_refused`, `edit_needs_attention`.
   */
  async stash(sessionId: SessionId): Promise<StashResult> {
    const { db, locks } = this.#deps;
    const session = await this.#requireSession(sessionId);
    return locks.project(session.projectId, () =>
      withIdleWorktree(this.#deps, sessionId, async (idle) => {
        const { outcome, stashId } = await this.#stash(session, idle);
        const worktree = (await this.#deps.worktrees.find(sessionId)) ?? idle.worktree;
        const { report } = await gatherRisk({ ...this.#deps, db }, { sessionId, worktree });
        return { stashed: stashId !== null, stashId, message: toStashMessage(outcome, [report]), reports: [report] };
      }),
    );
  }

  /** Lists a project's stashes, newest first. Faults: `project_not_found`, those of git. */
  async list(projectId: ProjectId): Promise<Stash[]> {
    const { db, git } = this.#deps;
    const project = await findProject(db.read, projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId });
    const found = await listStashCommits(git, project.path);
    return Promise.all(
      found.map(async ({ stashId, message, sessionId, branch, files, at }) => {
        const session = sessionId === null ? null : await findSession(db.read, sessionId);
        return { stashId, message, sessionId, sessionTitle: session?.title ?? null, branch, files, at };
      }),
    );
  }

  async #stash(session: Owner, idle: IdleWorktree): Promise<{ outcome: StashOutcome; stashId: StashId | null }> {
    const { worktree, projectPath, place } = idle;
    const { git, time, comparer } = this.#deps;
    const none = (outcome: StashOutcome) => ({ outcome, stashId: null });
    const { path } = worktree;
    const limit = new Limit(time, GUARD_LIMIT_MS);
    const { gitDir } = await git.dirs(path);
    const look = async () => ({ status: await readStatus(git, path, limit), index: await readIndex(git, path, gitDir, limit) });
    const { status, index } = await look();
    const isMidway = (await lookAtOperation(gitDir)) !== null || status.differing.some(({ states }) => states === null);
    if (isMidway) return none({ kind: "refused", because: "git is in the middle of something, which a stash would not hold" });
    if (status.head === null) return none({ kind: "refused", because: "the branch has no commit yet" });
    const plan = await planStash({ place, comparer, worktree, head: status.head, status, index });
    const count = new Set([...plan.files, ...plan.index].map((each) => each.path)).size;
    if (count === 0) return none({ kind: "nothing" });

    const stashId = StashId.parse(newId("stash", time.now()));
    const commit = await this.#commit({ session, worktree, projectPath, plan, head: status.head, branch: status.branch, count });
    await keepStash(git, projectPath, stashId, commit);
    const tell = () => this.#deps.feed.changed({ noun: "stashes", ids: [stashId] });
    tell();
    await this.#deps.failpoint?.("stash.kept");
    try {
      // The person may have staged something meanwhile.
      if ((await look()).status.lines.join("\0") !== status.lines.join("\0"))
        throw new DomainError({ kind: "moved_on", paths: toEditPathTexts({ ...NO_PATHS, files: plan.files }) });
      await restoreIndex(git, path, plan.index, "head");
      await this.#deps.failpoint?.("stash.unstaged");
      const { files, base } = plan;
      if (files.length > 0)
        await this.#deps.journal.carryOut({ kind: "stash", sessionId: session.id, worktree, projectPath, files, base, judged: [] });
    } catch (error) {
      if (await this.#isBack(idle, plan)) {
        await restoreIndex(git, path, plan.index, "index");
        // Everything is where it was, so the stash would only be a copy.
        await forgetStash(git, projectPath, stashId, commit);
        tell();
      }
      throw error;
    }
    return { outcome: { kind: "stashed", files: count }, stashId };
  }

  /** Whether a stash that failed took nothing out, and nothing of it will be taken out at the next start. */
  async #isBack({ worktree, place }: IdleWorktree, { files }: StashPlan): Promise<boolean> {
    const holds = await place.compare(files);
    const isOpen = (await listUnsettledEdits(this.#deps.db.read)).some(
      ({ kind, worktreeId }) => kind === "stash" && worktreeId === worktree.id,
    );
    return !isOpen && !holds.includes("after");
  }

  /**
   * Commits what is on disk over HEAD, as the person. The second parent is the index; the third, if bytes on disk are not git's, has the files
   * as they were checked out.
   */
  async #commit(input: {
    session: Owner;
    worktree: Worktree;
    projectPath: string;
    plan: StashPlan;
    head: string;
    branch: string | null;
    count: number;
  }): Promise<string> {
    const { git, time, worktrees } = this.#deps;
    const { session, worktree, projectPath, plan, head, branch, count } = input;
    const { person, overlay, settings } = await worktrees.openRaw(worktree, projectPath);
    const message = toCommitMessage({ subject: `Stash of ${session.title}`, session: session.id, branch, files: count });
    const variables = toCommitVariables(toCommitWords(person, { author: null, message, at: time.now() }));
    const commit = async (tree: string, parents: string[], words: string) => {
      const argv = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"];
      return (await git.write(worktree.path, argv, { overlay, settings, stdin: words, variables })).text;
    };
    const index = await commit(plan.indexTree, [head], "The index\n");
    const { checkedOutTree } = plan;
    const others = checkedOutTree === null ? [] : [await commit(checkedOutTree, [head], "The files as they were checked out\n")];
    return commit(plan.workTree, [head, index, ...others], message);
  }

  async #requireSession(sessionId: SessionId): Promise<Owner> {
    const session = await findSession(this.#deps.db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
    return session;
  }
}

const NO_PATHS: Parameters<typeof toEditPathTexts>[0] = { kind: "stash", judged: [], files: [], base: [], staged: [], taskId: null };
