import { access, chmod, mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runGit, writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createTrashSetup, describeFolder, describeGit, type TrashSetup } from "./trash-fixture.ts";

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Work of every kind that a worktree can hold. */
async function work({ path, repository }: TrashSetup): Promise<void> {
  await writeFiles(path, {
    "a.txt": "changed\n",
    "staged.txt": "staged\n",
    "new file ü.txt": "untracked\n",
    ".gitignore": "*.log\n.env\n",
    "debug.log": "ignored\n",
    ".env": "SECRET=1\n",
    "run.sh": { text: "#!/bin/sh\n", mode: 0o755 },
    link: { linkTo: "nowhere" },
  });
  await mkdir(join(path, "empty", "deep"), { recursive: true });
  await chmod(join(path, "empty"), 0o700);
  await utimes(join(path, "debug.log"), 1_000_000, 1_000_000);
  await symlink("a.txt", join(path, "dir", "link"));
  await runGit(path, ["add", "staged.txt", "run.sh"]);
  await writeFile(join(path, "staged.txt"), "staged, then changed\n");
  await runGit(path, ["rm", "--quiet", "dir/b.txt"]);
  await mkdir(join(path, "nested"));
  await runGit(join(path, "nested"), ["init", "--quiet"]);
  await writeFile(join(path, "nested", "own.txt"), "in a repository of its own\n");
  await repository.git("tag", "a-tag");
}

it("F31: a deleted worktree comes back byte for byte, with its index, its status and its lock", async () => {
  await using setup = await createTrashSetup();
  await work(setup);
  const { path, repository } = setup;
  const before = { folder: await describeFolder(path), git: await describeGit(repository.path, path) };
  await setup.away();
  expect(await isThere(path)).toBe(false);
  expect(await repository.git("worktree", "list")).not.toContain(path);
  await setup.back();
  expect({ folder: await describeFolder(path), git: await describeGit(repository.path, path) }).toEqual(before);
  expect(await isThere(join(dirname(path), ".trash", setup.trashId))).toBe(false);
});

it("W1: everything that only the worktree kept alive has a ref before it moves", async () => {
  await using setup = await createTrashSetup();
  const { path, repository, trashId } = setup;
  await runGit(path, ["checkout", "--quiet", "--detach"]);
  await runGit(path, ["commit", "--quiet", "--allow-empty", "--message", "On no branch"]);
  const lonely = (await runGit(path, ["rev-parse", "HEAD"])).trim();
  await runGit(path, ["reset", "--quiet", "--hard", "HEAD~1"]);
  await work(setup);
  const staged = (await runGit(path, ["rev-parse", ":staged.txt"])).trim();
  await setup.away();
  const ref = (name: string) => `refs/boocode/trash/${trashId}/${name}`;
  expect(await repository.git("show", `${ref("work")}:staged.txt`)).toBe("staged, then changed");
  expect(await repository.git("show", `${ref("work")}:new file ü.txt`)).toBe("untracked");
  expect(await repository.git("rev-parse", `${ref("index")}:staged.txt`)).toBe(staged);
  // It was only in the log of HEAD and in ORIG_HEAD.
  expect(await repository.git("rev-list", ref("kept"))).toContain(lonely);
  await repository.git("reflog", "expire", "--expire=now", "--all");
  await repository.git("gc", "--quiet", "--prune=now");
  await setup.back();
  expect((await runGit(path, ["rev-parse", "ORIG_HEAD"])).trim()).toBe(lonely);
  expect(await runGit(path, ["fsck", "--no-dangling"])).not.toMatch(/missing|broken|invalid/);
});

it("keeps an operation in progress with its conflicting versions", async () => {
  await using setup = await createTrashSetup();
  const { path, repository } = setup;
  await repository.write({ "a.txt": "theirs\n" });
  await repository.commit();
  await writeFile(join(path, "a.txt"), "ours\n");
  await runGit(path, ["commit", "--quiet", "--all", "--message", "Ours"]);
  await runGit(path, ["merge", "--quiet", "main"]).catch(() => {});
  const before = { folder: await describeFolder(path), git: await describeGit(repository.path, path) };
  expect(before.git.status).toContain("u UU");
  await setup.away();
  await repository.git("gc", "--quiet", "--prune=now");
  await setup.back();
  expect({ folder: await describeFolder(path), git: await describeGit(repository.path, path) }).toEqual(before);
  expect(await runGit(path, ["show", ":3:a.txt"])).toContain("theirs");
});

it("W7: removes the branch only where its commits are reachable, and brings it back", async () => {
  await using setup = await createTrashSetup();
  const { path, repository, branch } = setup;
  await setup.away();
  expect(await repository.git("branch", "--list", branch)).toBe("");
  await setup.back();
  expect(await repository.git("branch", "--list", branch)).toContain(branch);
  await runGit(path, ["commit", "--quiet", "--allow-empty", "--message", "Only here"]);
  await setup.away();
  expect(await repository.git("branch", "--list", branch)).toContain(branch);
});

it("W7: leaves a branch that somebody has checked out, and comes back on another name", async () => {
  await using setup = await createTrashSetup();
  const { path, repository, branch, folder } = setup;
  await runGit(path, ["commit", "--quiet", "--allow-empty", "--message", "Only here"]);
  const tip = (await runGit(path, ["rev-parse", "HEAD"])).trim();
  await writeFile(join(path, "a.txt"), "changed\n");
  await setup.away();
  await repository.git("worktree", "add", "--quiet", join(folder, "theirs"), branch);
  await runGit(join(folder, "theirs"), ["commit", "--quiet", "--allow-empty", "--message", "Theirs"]);
  expect(await setup.back()).toEqual({ branch: `${branch}-2`, isMoved: true });
  expect((await runGit(path, ["rev-parse", "HEAD"])).trim()).toBe(tip);
  expect((await runGit(path, ["status", "--porcelain"])).trim()).toBe("M a.txt");
});

it("W5: touches neither the person's worktrees nor what has taken the place of ours", async () => {
  await using setup = await createTrashSetup();
  const { path, repository, folder } = setup;
  const theirs = join(folder, "on-a-disk");
  await repository.git("worktree", "add", "--quiet", theirs);
  await rename(theirs, `${theirs}-that-is-not-mounted`);
  await setup.away();
  expect(await repository.git("worktree", "list")).toContain(theirs);
  await writeFiles(path, { "mine.txt": "put here meanwhile\n" });
  await expect(setup.back()).rejects.toMatchObject({ fault: { kind: "trash_not_restorable" } });
  await rename(path, `${path}-aside`);
  await setup.back();
  expect(await isThere(join(path, "a.txt"))).toBe(true);
  await rm(path, { recursive: true });
  await writeFiles(path, { "mine.txt": "in its place\n" });
  await setup.forget();
  await setup.away({ isForced: true });
  expect(await describeFolder(path)).toHaveProperty(["mine.txt"]);
});

it("a worktree whose folder is gone, or whose repository is gone, can be put away", async () => {
  await using setup = await createTrashSetup();
  const { path, repository } = setup;
  await writeFile(join(path, "a.txt"), "staged\n");
  await runGit(path, ["add", "a.txt"]);
  const staged = (await runGit(path, ["rev-parse", ":a.txt"])).trim();
  await rm(path, { recursive: true });
  await setup.away();
  expect(await repository.git("rev-parse", `refs/boocode/trash/${setup.trashId}/index:a.txt`)).toBe(staged);
  expect(await repository.git("worktree", "list")).not.toContain(path);
  await setup.back();
  expect(await repository.git("worktree", "list")).toContain(path);
  expect(await isThere(path)).toBe(false);
});

it("moves the folder of a project that is gone, and brings it back", async () => {
  await using setup = await createTrashSetup();
  const { path, repository } = setup;
  const before = await describeFolder(path);
  await rename(repository.path, `${repository.path}-gone`);
  await setup.away({ isForced: true });
  expect(await isThere(path)).toBe(false);
  await setup.back();
  expect(await describeFolder(path)).toEqual(before);
  await rename(`${repository.path}-gone`, repository.path);
});

it("is refused in words where the file system refuses, and everything is as it was", async () => {
  await using setup = await createTrashSetup();
  const { path, repository } = setup;
  const before = { folder: await describeFolder(path), git: await describeGit(repository.path, path) };
  // Where the trash must be, there is a file.
  await writeFile(join(dirname(path), ".trash"), "not a folder");
  await expect(setup.away()).rejects.toMatchObject({ fault: { kind: "delete_refused", reason: expect.stringMatching(/E[A-Z]+/) } });
  await rm(join(dirname(path), ".trash"));
  await setup.back();
  expect({ folder: await describeFolder(path), git: await describeGit(repository.path, path) }).toEqual(before);
});

it("comes back from its commits when the folder is no longer in the trash", async () => {
  await using setup = await createTrashSetup();
  await work(setup);
  const { path, repository, trashId } = setup;
  const before = await describeGit(repository.path, path);
  await setup.away();
  await rm(join(dirname(path), ".trash", trashId), { recursive: true });
  await setup.back({ mayFill: true });
  const after = await describeGit(repository.path, path);
  expect(after.head).toBe(before.head);
  expect(after.refs).toEqual(before.refs);
  expect(after.worktrees).toBe(before.worktrees);
  const short = (text: string) => text.split("\n").filter((line) => !/nested|debug|\.env/.test(line));
  expect(short(after.status)).toEqual(short(before.status));
  // The ignored and the nested are not in any commit.
  expect(await isThere(join(path, "debug.log"))).toBe(false);
});
