import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { findProject } from "@boocode/db/stores/project-store";
import { insertTrash, findTrash, updateTrash } from "@boocode/db/stores/sessions/trash-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { TrashId } from "@boocode/shared/ids";
import { BUILT_IDS, buildTrash } from "@boocode/shared/testing/build";
import { runGit } from "@boocode/testkit/repo-builder";
import { createWorktreeSetup, type WorktreeSetup } from "../worktree-fixture.ts";
import { putAway, takeBack, type PutAwayDeps } from "./put-away.ts";
import { WorktreeTrash } from "./worktree-trash.ts";

/** Everything of a folder that a move must not change: kinds, modes, times, link targets and bytes, also of git's own. */
export async function describeFolder(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = async (folder: string, name: string): Promise<void> => {
    for (const entry of (await readdir(folder)).toSorted()) {
      const [path, shown] = [join(folder, entry), `${name}${entry}`];
      const stats = await lstat(path, { bigint: true });
      const content = stats.isSymbolicLink()
        ? await readlink(path)
        : stats.isFile()
          ? createHash("sha256")
              .update(await readFile(path))
              .digest("hex")
          : "";
      found[shown] = `${stats.mode.toString(8)} ${stats.isSymbolicLink() ? "" : stats.mtimeNs} ${content}`;
      if (stats.isDirectory()) await walk(path, `${shown}/`);
    }
  };
  await walk(root, "");
  return found;
}

/** What git says about a worktree and its repository. BooCode's own refs are not part of it. */
export async function describeGit(projectPath: string, path: string) {
  const say = (cwd: string, ...argv: string[]) => runGit(cwd, argv).catch((error: Error) => error.message.split("\n")[0] ?? "");
  const refs = await say(projectPath, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags", "refs/remotes");
  return {
    refs: refs.split("\n"),
    worktrees: await say(projectPath, "worktree", "list", "--porcelain"),
    status: await say(path, "status", "--porcelain=v2", "--branch", "--untracked-files=all", "--ignored"),
    index: await say(path, "ls-files", "--stage", "--debug"),
    head: await say(path, "rev-parse", "HEAD"),
    stat: await lstat(path).then(
      (stats) => stats.ino,
      () => null,
    ),
  };
}

/** A worktree with a store around it, and a deletion that has just begun. */
export async function createTrashSetup(setup?: WorktreeSetup) {
  const plain = setup ?? (await createWorktreeSetup());
  const { db, git, locks, worktrees, sessionId, time } = plain;
  await worktrees.ensure(sessionId);
  const find = async () => (await findLiveWorktree(db.read, sessionId))!;
  const project = (await findProject(db.read, BUILT_IDS.project))!;
  const trashId = TrashId.parse("trash-1");
  const worktree = await find();
  const begun = buildTrash({ id: trashId, sessionId, projectId: project.id, worktreeId: worktree.id });
  await db.write("full", (tx) => insertTrash(tx, begun));
  const toDeps = (failpoint?: PutAwayDeps["failpoint"]): PutAwayDeps => {
    const trash = new WorktreeTrash({ git, failpoint });
    return { db, git, time, worktrees, trash, installId: "install-1", failpoint };
  };
  const record = async () => (await findTrash(db.read, trashId))!;
  const holding = <T>(work: () => Promise<T>) => locks.project(project.id, () => locks.worktree({ sessionId }, work));
  return {
    ...plain,
    path: worktree.path,
    branch: worktree.branch,
    project,
    trashId,
    record,
    /** As the saga does it: with both locks held. */
    away: (input: { isForced?: boolean; failpoint?: PutAwayDeps["failpoint"] } = {}) =>
      holding(async () =>
        putAway(toDeps(input.failpoint), { record: await record(), project, worktree: await find() }, input.isForced ?? false),
      ),
    back: (input: { mayFill?: boolean; failpoint?: PutAwayDeps["failpoint"] } = {}) =>
      holding(async () => {
        const given = await record();
        if (given.worktree === null) return null;
        return takeBack(
          toDeps(input.failpoint),
          { record: given, project, worktree: await find() },
          given.worktree,
          input.mayFill ?? false,
        );
      }),
    /** As a start after a crash: git and the locks know nothing. */
    forget: () => db.write("full", (tx) => updateTrash(tx, trashId, { state: "intended" })),
  };
}
export type TrashSetup = Awaited<ReturnType<typeof createTrashSetup>>;
