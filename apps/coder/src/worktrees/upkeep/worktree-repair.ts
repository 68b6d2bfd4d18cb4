import { lstat, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { findLiveWorktree, updateWorktree, type WorktreePatch } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import { decideWorktreeState } from "@boocode/shared/worktrees/decide-worktree-state";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { RepairInput } from "@boocode/shared/worktrees/worktree-inventory";
import type { Time } from "../../platform/time.ts";
import type { Git } from "../../platform/git/git.ts";
import { fillFromBranch, fillFromCheckpoint } from "../making/fill-worktree.ts";
import { lookAtWorktree, readGitLink } from "../watch/look-at-worktree.ts";
import { findRegistered } from "../making/make-worktree.ts";
import { requireOwnCheckout } from "../checkpoints/require-own-checkout.ts";
import { isWhole, mendChain } from "../making/mend-worktree.ts";
import { copyToTrash, findGitDir, moveToTrash } from "../making/set-aside.ts";
import { toCheckpointRef } from "../checkpoint-taker.ts";
import type { Worktrees } from "../worktrees.ts";

export interface RepairDeps {
  db: Database;
  git: Git;
  time: Pick<Time, "now">;
  worktrees: Worktrees;
  installId: string;
}

/**
 * Restores a session's worktree after it was moved, deleted or replaced, and returns it.
 *
 * Whatever is in its place is moved to the trash and never deleted; a copy of git's data about the old worktree goes there too. After a
 * crash at any point, the worktree is still marked as missing or replaced, so the next repair starts again.
 *
 * Faults: `worktree_not_repairable`, `worktree_busy` while a task runs, `path_unreadable`, those of git.
 */
export async function repairWorktree(deps: RepairDeps, { sessionId, from }: RepairInput): Promise<Worktree> {
  return deps.worktrees.repairing(sessionId, async () => {
    await requireSession(deps.db.read, sessionId);
    const worktree = await findLiveWorktree(deps.db.read, sessionId);
    if (!worktree || worktree.state === "creating") throw refuse(sessionId, "It is created when the next message is sent.");
    const running = (await listOpenTasks(deps.db.read, sessionId)).find((task) => task.state === "running");
    if (running) throw new DomainError({ kind: "worktree_busy", sessionId, taskId: running.id });
    const seen = decideWorktreeState(worktree, await lookAtWorktree(worktree.path));
    if (seen.state === "live") return update(deps, worktree, seen);
    if (from === "folder") return takeFolder(deps, worktree);
    if (worktree.adopted === "worktree")
      throw refuse(sessionId, "BooCode did not make this folder, and does not make it again. Bring it back, or make it with git.");
    if (from === "checkpoint" && worktree.lastCheckpoint === null) throw refuse(sessionId, "There is no checkpoint of it.");
    return makeAgain(deps, worktree, from);
  });
}

async function makeAgain(deps: RepairDeps, worktree: Worktree, from: "branch" | "checkpoint"): Promise<Worktree> {
  const { git, worktrees, installId, time } = deps;
  const { path, branch } = worktree;
  const project = await findProject(deps.db.read, worktree.projectId);
  if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
  const { lastCheckpoint: last, baseCommit } = worktree;
  if (from === "checkpoint" && !(last !== null && (await isWhole(git, project.path, last, "--ignore-missing", `^${baseCommit}`))))
    throw refuse(worktree.sessionId ?? "", "Its checkpoints are gone from the repository. Begin from the branch.");
  const { commonDir } = await git.dirs(project.path);
  const gitDir = await findGitDir(commonDir, path);
  await makeBranchAgain(git, project.path, worktree, gitDir);
  if (gitDir !== null) await copyToTrash(dirname(path), gitDir);
  await moveToTrash(dirname(path), path);
  await findRegistered(git, project.path, path);
  const lockReason = `boocode:${installId}:${worktree.sessionId}`;
  await git.write(project.path, ["worktree", "add", "--no-checkout", "--lock", "--reason", lockReason, path, branch]);
  await requireOwnCheckout(git, project.path, path);
  const raw = await worktrees.openRaw(worktree, project.path);
  const ref = toCheckpointRef(worktree.id);
  const patch = from === "branch" ? (await mendChain(raw, worktree, ref)).patch : {};
  const mended = { ...worktree, ...patch };
  const first = mended.lastCheckpoint ?? mended.baseCommit;
  if (from === "branch") mended.lastCheckpoint = await fillFromBranch(raw, { ref, first, at: time.now() });
  else await fillFromCheckpoint(raw, first);
  const { lastCheckpoint } = mended;
  return update(deps, worktree, { ...patch, ...(await identify(path)), state: "live", head: branch, lastCheckpoint });
}

/**
 * Takes the folder in its place if that is still linked to git's data about the worktree: it was moved back, copied, or restored from a
 * backup.
 */
async function takeFolder(deps: RepairDeps, worktree: Worktree): Promise<Worktree> {
  const { path, sessionId } = worktree;
  const look = await lookAtWorktree(path);
  const project = await findProject(deps.db.read, worktree.projectId);
  const kept = project && (await findGitDir((await deps.git.dirs(project.path)).commonDir, path));
  const isOurs = look.kind === "folder" && look.head !== null && kept !== null && (await readGitLink(path)) === kept;
  if (!isOurs || !project) throw refuse(sessionId ?? "", "The folder in its place is not a checkout of this session.");
  await requireOwnCheckout(deps.git, project.path, path);
  return update(deps, worktree, { ...(await identify(path)), state: "live", head: look.head });
}

/** F14: recreates a deleted branch where it was, according to the worktree's own log, else where the session started. */
async function makeBranchAgain(git: Git, projectPath: string, { branch, baseCommit }: Worktree, gitDir: string | null): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const found = await git.read(projectPath, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], {
    exitCodes: [0, 1],
  });
  if (found.exitCode === 0) return;
  const tip = (await readLastHead(git, projectPath, branch, gitDir)) ?? baseCommit;
  await git.write(projectPath, ["update-ref", "-m", "boocode: repair a session", ref, tip, "0".repeat(tip.length)]);
}

async function readLastHead(git: Git, projectPath: string, branch: string, gitDir: string | null): Promise<string | null> {
  if (gitDir === null) return null;
  const head = await readFile(join(gitDir, "HEAD"), "utf8").catch(() => "");
  const log = await readFile(join(gitDir, "logs", "HEAD"), "utf8").catch(() => "");
  const oid = /^[0-9a-f]+ ([0-9a-f]{40,64}) /.exec(log.trimEnd().split("\n").at(-1) ?? "")?.[1];
  if (head.trim() !== `ref: refs/heads/${branch}` || oid === undefined) return null;
  const { exitCode } = await git.read(projectPath, ["cat-file", "-e", `${oid}^{commit}`], { exitCodes: [0, 1, 128] });
  return exitCode === 0 ? oid : null;
}

async function identify(path: string): Promise<Pick<Worktree, "device" | "inode">> {
  const { dev, ino } = await lstat(path, { bigint: true });
  return { device: String(dev), inode: String(ino) };
}

async function update({ db }: RepairDeps, worktree: Worktree, patch: WorktreePatch): Promise<Worktree> {
  const updated = await db.write("full", (tx, announce) => {
    announce.changed("worktrees", [worktree.id], worktree.sessionId);
    return updateWorktree(tx, worktree.id, patch);
  });
  return updated ?? { ...worktree, ...patch };
}

const refuse = (sessionId: SessionId | "", reason: string) => new DomainError({ kind: "worktree_not_repairable", sessionId, reason });
