import type { Database } from "@boocode/db/database";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { findProject } from "@boocode/db/stores/project-store";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { toRemoteBase } from "@boocode/shared/git/decide-push";
import { MAX_GIT_FILES, type GitFile, type GitIdentity, type GitRun, type GitStatus } from "@boocode/shared/git/git-status";
import { toCompareUrl } from "@boocode/shared/git/to-web-link";
import type { SessionId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import { findOnPath } from "../platform/processes/find-on-path.ts";
import type { Terminals } from "../terminals/terminals.ts";
import type { Trust } from "../trust/trust.ts";
import { lookAtOperation } from "../worktrees/removal/looks/look-at-operation.ts";
import { readGitFiles } from "./read-git-files.ts";
import { readGitRefs } from "./read-git-refs.ts";

export interface GitStatusDeps {
  db: Database;
  git: Git;
  trust: Pick<Trust, "isTrusted">;
  terminals: Pick<Terminals, "findPath">;
  /** The git that runs in a session, or the last one that ran. */
  runOf(sessionId: SessionId): GitRun | null;
}

/** What was read of a worktree at one moment. */
export interface GitLook {
  status: GitStatus;
  /** Every changed path, also those that the status is too short for. */
  all: readonly GitFile[];
  /** What decisions ask besides the status. */
  facts: { runningTaskId: string | null };
  gitDir: string;
  /** Returns the paths that these texts name in {@link all}. */
  toPaths(texts: readonly string[]): BytePath[];
}

/** Looks at worktrees with git. Changes nothing. */
export class GitStatuses {
  readonly #deps: GitStatusDeps;

  constructor(deps: GitStatusDeps) {
    this.#deps = deps;
  }

  /** Faults: `session_not_found`, `project_not_found`, those of git. */
  async look(worktree: Worktree): Promise<GitLook> {
    const { db, git, trust, runOf } = this.#deps;
    const { path } = worktree;
    const sessionId = worktree.sessionId!;
    const [session, project, { gitDir }] = await Promise.all([
      requireSession(db.read, sessionId),
      findProject(db.read, worktree.projectId),
      git.dirs(path),
    ]);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
    const recorded = { baseRef: session.baseRef, defaultBranch: project.defaultBranch };
    const [found, operation, identity, isTrusted, tasks] = await Promise.all([
      readGitFiles(git, path),
      lookAtOperation(gitDir),
      readIdentity(git, path),
      trust.isTrusted(worktree),
      listOpenTasks(db.read, sessionId),
    ]);
    const { head, branch, files, digest } = found;
    const refs = await readGitRefs(git, path, branch, recorded);
    const all = [...files.values()].map(({ file }) => file);
    const runningTaskId = tasks.find(({ state }) => state === "running")?.id ?? null;
    const status: GitStatus = {
      sessionId,
      head,
      branch,
      ...refs,
      ...(await this.#findPages(branch, refs)),
      files: all.slice(0, MAX_GIT_FILES),
      counts: {
        changed: all.length,
        staged: all.filter(({ staged }) => staged !== null).length,
        untracked: all.filter(({ isUntracked }) => isUntracked).length,
        conflicts: all.filter(({ isConflict }) => isConflict).length,
      },
      operation,
      identity,
      isTrusted,
      isBusy: runningTaskId !== null,
      run: runOf(sessionId),
      digest,
    };
    const toPaths = (texts: readonly string[]) => texts.flatMap((text) => files.get(text)?.path ?? []);
    return { status, all, facts: { runningTaskId }, gitDir, toPaths };
  }

  async #findPages(
    branch: string | null,
    { remotes, upstream, base, pushRemote }: Pick<GitStatus, "remotes" | "upstream" | "base" | "pushRemote">,
  ) {
    const remote = remotes.find(({ name }) => name === (upstream?.remote ?? pushRemote));
    const into = toRemoteBase(base);
    const compareUrl = remote && branch !== null && into !== null ? toCompareUrl({ ...remote, branch, base: into }) : null;
    const hasGh = remote?.kind === "github" && (await findOnPath("gh", this.#deps.terminals.findPath())) !== null;
    return { compareUrl, hasGh };
  }
}

/** Reads whose commits they would be: what git's settings say for this folder, the repository's last. */
async function readIdentity(git: Git, path: string): Promise<GitIdentity> {
  const settings = await git.settings(path);
  const last = (key: string) => settings.findLast((setting) => setting.key === key)?.value?.slice(0, 500) ?? null;
  return { name: last("user.name"), email: last("user.email") };
}
