import { lstat } from "node:fs/promises";
import type { Database } from "@boocode/db/database";
import { insertWorktree, listWorktrees } from "@boocode/db/stores/worktree-store";
import { type SessionId, WorktreeId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../../platform/git/git.ts";
import { newId } from "../../platform/new-id.ts";
import type { Time } from "../../platform/time.ts";
import type { MarkedWorktree } from "../making/find-marked.ts";

/**
 * Stores a worktree that is on disk and that the database does not know, as after a backup was restored. Its changes are then shown against
 * the commit at which its branch left the project's. Returns null if somebody recorded it meanwhile.
 *
 * Faults: those of git, if the worktree cannot be read.
 */
export async function recordOrphan(
  { db, git, time }: { db: Database; git: Git; time: Pick<Time, "now"> },
  { path, head }: MarkedWorktree,
  project: Project,
  sessionId: SessionId | null,
): Promise<Worktree | null> {
  const { text: tip } = await git.read(path, ["rev-parse", "--verify", "HEAD"]);
  const base = await git.read(path, ["merge-base", tip, project.defaultBranch ?? "HEAD"], { exitCodes: [0, 1, 128] });
  const baseCommit = base.exitCode === 0 && base.text !== "" ? base.text : tip;
  const { text: baseTree } = await git.read(path, ["rev-parse", "--verify", `${baseCommit}^{tree}`]);
  const { dev, ino } = await lstat(path, { bigint: true });
  const worktree: Worktree = {
    id: WorktreeId.parse(newId("wkt", time.now())),
    sessionId,
    projectId: project.id,
    hostId: project.hostId,
    path,
    branch: head ?? tip,
    // A branch of another name than ours is the person's: it stays.
    adopted: head !== null && !/^boocode[/-]/.test(head) ? "branch" : null,
    baseCommit,
    baseTree,
    lastCheckpoint: null,
    device: String(dev),
    inode: String(ino),
    state: "live",
    head,
    setUpAt: null,
    createdAt: time.now(),
  };
  return db.write("full", async (tx, announce) => {
    const known = (await listWorktrees(tx)).filter(({ state }) => state !== "removed");
    if (known.some((each) => each.path === path || (sessionId !== null && each.sessionId === sessionId))) return null;
    await insertWorktree(tx, worktree);
    announce.changed("worktrees", [worktree.id], sessionId ?? undefined);
    return worktree;
  });
}
