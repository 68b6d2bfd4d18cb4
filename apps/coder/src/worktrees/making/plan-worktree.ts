import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { WorktreeId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import { toBranchName } from "@boocode/shared/worktrees/branch-name";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Session } from "@boocode/shared/sessions/session";
import type { Time } from "../../platform/time.ts";
import type { Git } from "../../platform/git/git.ts";
import { newId } from "../../platform/new-id.ts";
import { resolveBase } from "./resolve-base.ts";

/**
 * Decides a session's worktree path, branch and base commit. Creates nothing except the folder that contains all worktrees.
 *
 * Faults: `base_ref_not_found`, `no_commits`, those of git.
 */
export async function planWorktree(
  { git, time, worktreesDir }: { git: Git; time: Pick<Time, "now">; worktreesDir: string },
  session: Pick<Session, "id" | "title" | "baseRef">,
  project: Project,
): Promise<Worktree> {
  const baseCommit = await resolveBase(git, project.path, session.baseRef, project.defaultBranch);
  const [{ text: baseTree }, isTaken] = await Promise.all([
    git.read(project.path, ["rev-parse", "--verify", `${baseCommit}^{tree}`]),
    git.read(project.path, ["show-ref", "--verify", "--quiet", "refs/heads/boocode"], { exitCodes: [0, 1] }),
    mkdir(worktreesDir, { recursive: true, mode: 0o700 }),
  ]);
  return {
    id: WorktreeId.parse(newId("wkt", time.now())),
    sessionId: session.id,
    projectId: project.id,
    hostId: project.hostId,
    path: join(await realpath(worktreesDir), session.id),
    branch: toBranchName(session.title, session.id, isTaken.exitCode === 0),
    baseCommit,
    baseTree,
    lastCheckpoint: null,
    device: "0",
    inode: "0",
    state: "creating",
    head: null,
    setUpAt: null,
    createdAt: time.now(),
  };
}
