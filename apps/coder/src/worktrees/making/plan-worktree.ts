import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "@boocode/db/database";
import { insertWorktree, listWorktrees } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { WorktreeId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import { pickBranchName, toBranchNames } from "@boocode/shared/worktrees/branch-name";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Session } from "@boocode/shared/sessions/session";
import type { Time } from "../../platform/time.ts";
import type { Git } from "../../platform/git/git.ts";
import { newId } from "../../platform/new-id.ts";
import { findBranch, listOwnBranches } from "./list-branches.ts";
import { resolveBase } from "./resolve-base.ts";

/** A worktree whose branch is one of several names: the first that no session of the project has been promised meanwhile. */
export type PlannedWorktree = Omit<Worktree, "branch"> & { branchNames: readonly string[] };

/**
 * Decides a session's worktree path, branch and base commit. Creates nothing except the folder that contains all worktrees. A session that
 * works on a branch of the person's has that branch, and its tip as the base.
 *
 * Faults: `base_ref_not_found`, `no_commits`, `not_adoptable`, those of git.
 */
export async function planWorktree(
  { git, time, worktreesDir }: { git: Git; time: Pick<Time, "now">; worktreesDir: string },
  session: Pick<Session, "id" | "title" | "baseRef" | "adoptedBranch">,
  project: Project,
): Promise<PlannedWorktree> {
  await mkdir(worktreesDir, { recursive: true, mode: 0o700 });
  const path = join(await realpath(worktreesDir), session.id);
  const { adoptedBranch } = session;
  const adopted = adoptedBranch === null ? null : await planOnBranch(git, project.path, { path, branch: adoptedBranch });
  const baseCommit = adopted?.baseCommit ?? (await resolveBase(git, project.path, session.baseRef, project.defaultBranch));
  const [{ text: baseTree }, taken] = await Promise.all([
    git.read(project.path, ["rev-parse", "--verify", `${baseCommit}^{tree}`]),
    listOwnBranches(git, project.path),
  ]);
  const hasBoocodeBranch = taken.some((name) => name.toLowerCase() === "boocode");
  const names = toBranchNames(session.title, session.id, hasBoocodeBranch);
  const freeNames = names.slice(names.indexOf(pickBranchName(names, taken)));
  return {
    id: WorktreeId.parse(newId("wkt", time.now())),
    sessionId: session.id,
    projectId: project.id,
    hostId: project.hostId,
    path,
    branchNames: adoptedBranch === null ? freeNames : [adoptedBranch],
    adopted: adoptedBranch === null ? null : "branch",
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

/** Stores a plan before anything of it is created. Sessions that begin together get branches of their own. */
export function storePlan(db: Database, { branchNames, ...plan }: PlannedWorktree): Promise<Worktree> {
  return db.write("full", async (tx) => {
    const promised = (await listWorktrees(tx, plan.projectId)).map(({ branch }) => branch);
    const worktree = { ...plan, branch: pickBranchName(branchNames, promised) };
    await insertWorktree(tx, worktree);
    return worktree;
  });
}

/**
 * Where a worktree on the person's own branch begins, as the branch is now. Faults: `not_adoptable` if the branch is gone, or checked out
 * in another folder.
 */
export async function planOnBranch(
  git: Git,
  projectPath: string,
  { path, branch }: Pick<Worktree, "path" | "branch">,
): Promise<Pick<Worktree, "baseCommit" | "baseTree">> {
  const found = await findBranch(git, projectPath, branch);
  if (found === null || (found.checkedOutAt !== null && found.checkedOutAt !== path)) {
    const because = found === null ? "no_branch" : "checked_out";
    throw new DomainError({ kind: "not_adoptable", what: branch, because, sessionId: null, at: found?.checkedOutAt ?? null });
  }
  const { text: baseTree } = await git.read(projectPath, ["rev-parse", "--verify", `${found.tip}^{tree}`]);
  return { baseCommit: found.tip, baseTree };
}
