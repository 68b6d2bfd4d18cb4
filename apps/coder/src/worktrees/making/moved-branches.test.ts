import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { Git } from "../../platform/git/git.ts";
import { makeWorktree } from "./make-worktree.ts";
import { renameBranch } from "./rename-branch.ts";
import { createWorktreeSetup } from "../worktree-fixture.ts";

const DURING = { author: null, taskId: BUILT_IDS.task, chatId: BUILT_IDS.chat, when: "before" } as const;

it("F14 a session stays on the commit it began at, whatever happens to the branch it was named by", async () => {
  await using setup = await createWorktreeSetup({ "a.txt": "one\n" });
  const { repository, worktrees, sessionId, git } = setup;
  const worktree = await worktrees.ensure(sessionId);
  await repository.write({ "a.txt": "someone else's\n" });
  await repository.commit("Moved on");
  await repository.git("commit", "--quiet", "--amend", "--message", "Rewritten");
  await repository.git("branch", "--move", "main", "renamed");
  await writeFile(join(worktree.path, "a.txt"), "two\n");
  const { commit } = await worktrees.checkpoint(worktree, DURING);
  const diff = await git.read(repository.path, ["diff-tree", "-r", "--name-status", worktree.baseTree, commit]);
  expect(diff.text).toBe("M\ta.txt");
  expect((await git.read(repository.path, ["cat-file", "blob", `${worktree.baseTree}:a.txt`])).text).toBe("one");
  expect(await worktrees.ensure(sessionId)).toMatchObject({ baseCommit: worktree.baseCommit, baseTree: worktree.baseTree });
});

it("F14 checkpoints go on where another branch was switched to, or none, and leave it alone", async () => {
  await using setup = await createWorktreeSetup({ "a.txt": "one\n" });
  const { repository, worktrees, sessionId } = setup;
  const worktree = await worktrees.ensure(sessionId);
  const head = () => repository.git("-C", worktree.path, "rev-parse", "--symbolic-full-name", "HEAD");
  for (const [argv, expected] of [
    [["switch", "--quiet", "--create", "mine"], "refs/heads/mine"],
    [["switch", "--quiet", "--detach"], "HEAD"],
  ] as const) {
    await repository.git("-C", worktree.path, ...argv);
    await writeFile(join(worktree.path, "a.txt"), `on ${expected}\n`);
    const now = await worktrees.find(sessionId);
    const { commit } = await worktrees.checkpoint(now!, DURING);
    expect(await repository.git("show", `${commit}:a.txt`)).toBe(`on ${expected}`);
    expect(await repository.git("rev-parse", `${commit}^`)).toBe(now!.lastCheckpoint);
    expect(await head()).toBe(expected);
  }
});

it("F14 W7 a checkpoint's ref that moved between look and write stays where it is", async () => {
  await using setup = await createWorktreeSetup({ "a.txt": "one\n" });
  const { repository, sessionId } = setup;
  const base = await repository.git("rev-parse", "HEAD");
  const worktree = await setup.worktrees.ensure(sessionId);
  await writeFile(join(worktree.path, "a.txt"), "two\n");
  const ref = `refs/boocode/checkpoints/${worktree.id}`;
  await repository.write({ "b.txt": "else\n" });
  const elsewhere = await repository.commit("Elsewhere");
  const git = new Git({
    env: { PATH: "/usr/bin:/bin", HOME: setup.home },
    failpoint: async (name) => {
      if (name === "git.commit-tree") await repository.git("update-ref", ref, elsewhere);
    },
  });
  const fault = { kind: "ref_moved", ref, found: elsewhere };
  await expect(setup.restart({ git }).checkpoint(worktree, DURING)).rejects.toMatchObject({ fault });
  expect(await repository.git("rev-parse", ref)).toBe(elsewhere);
  expect(elsewhere).not.toBe(base);
});

it("a checkpoint's ref that git packed meanwhile is moved all the same", async () => {
  await using setup = await createWorktreeSetup({ "a.txt": "one\n" });
  const { repository, worktrees, sessionId } = setup;
  const worktree = await worktrees.ensure(sessionId);
  const ref = `refs/boocode/checkpoints/${worktree.id}`;
  for (const text of ["two\n", "three\n"]) {
    await writeFile(join(worktree.path, "a.txt"), text);
    await repository.git("pack-refs", "--all", "--prune");
    const { commit } = await worktrees.checkpoint((await worktrees.find(sessionId))!, DURING);
    expect(await repository.git("rev-parse", ref)).toBe(commit);
    expect(`${await repository.git("show", `${ref}:a.txt`)}\n`).toBe(text);
  }
});

it.each([
  { case: "was made by someone", at: "git.update-ref", found: null },
  { case: "was moved", at: "git.worktree", found: "moved" },
])("F14 a session's new branch that $case in between is refused and left", async ({ at, found }) => {
  await using setup = await createWorktreeSetup({ "a.txt": "one\n" });
  const { repository } = setup;
  const baseCommit = await repository.git("rev-parse", "HEAD");
  await repository.write({ "a.txt": "two\n" });
  const moved = await repository.commit("Two");
  const git = new Git({
    env: { PATH: "/usr/bin:/bin", HOME: setup.home },
    failpoint: async (name) => {
      if (name === at) await repository.git("branch", "--force", "boocode/new", moved);
    },
  });
  const path = join(setup.folder, "worktree");
  const made = makeWorktree(git, {
    projectPath: repository.path,
    path,
    branch: "boocode/new",
    baseCommit,
    isOnTheirBranch: false,
    lockReason: "x",
    overlayDir: join(setup.folder, "overlay"),
    checkoutWorkers: 1,
    isNew: true,
  });
  await expect(made).rejects.toMatchObject({ fault: { kind: "ref_moved", ref: "refs/heads/boocode/new", found: found && moved } });
  expect(await repository.git("rev-parse", "refs/heads/boocode/new")).toBe(moved);
  await expect(readFile(join(path, "a.txt"))).rejects.toMatchObject({ code: "ENOENT" });
});

it("F12 a branch that was renamed while somebody held the lock of the settings is known by its new name", async () => {
  await using setup = await createWorktreeSetup({ "a.txt": "one\n" });
  const { repository, worktrees, sessionId, git } = setup;
  const worktree = await worktrees.ensure(sessionId);
  const lock = join(repository.path, ".git", "config.lock");
  await writeFile(lock, "");
  await repository.git("branch", "boocode/taken");
  expect(await renameBranch(git, worktree, ["boocode/taken", "boocode/renamed"])).toBe("boocode/renamed");
  // After a crash the same names are asked for again.
  expect(await renameBranch(git, worktree, ["boocode/taken", "boocode/renamed"])).toBe("boocode/renamed");
  expect(await repository.git("-C", worktree.path, "symbolic-ref", "--short", "HEAD")).toBe("boocode/renamed");
  expect(await readFile(lock, "utf8")).toBe("");
});
