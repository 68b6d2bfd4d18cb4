import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { RepoFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createWorktreeSetup } from "../worktree-fixture.ts";

const turn = { author: AgentId.parse("qwen"), taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1"), when: "after" } as const;

/** A worktree that counts as large, with one checkpoint behind it, and what the next one starts. */
async function createLarge(files: RepoFiles = {}) {
  const setup = await createWorktreeSetup({ "a.txt": "one\n", "dir/b.txt": "two\n", "gone.txt": "three\n", ...files });
  const large = setup.restart({ limits: { filesAtOnce: 0 } });
  const worktree = await large.ensure(setup.sessionId);
  const write = (name: string, text: string) => writeFile(join(worktree.path, name), text);
  const checkpoint = async () => {
    const found = (await large.find(setup.sessionId))!;
    setup.started.length = 0;
    const held = await large.checkpoint(found, turn);
    return { ...held, before: found.lastCheckpoint, gits: [...setup.started].toSorted() };
  };
  const show = (format: string, commit: string) => setup.repository.git("show", "--no-patch", `--format=${format}`, commit);
  const list = async (tree: string) => (await setup.repository.git("ls-tree", "-r", "--name-only", tree)).split("\n");
  await write("a.txt", "first\n");
  await checkpoint();
  return { setup, worktree, write, checkpoint, show, list, [Symbol.asyncDispose]: () => setup[Symbol.asyncDispose]() };
}

it("commits what changed with one git, by its author and on top of the newest checkpoint", async () => {
  await using large = await createLarge();
  await large.write("a.txt", "second\n");
  await rm(join(large.worktree.path, "gone.txt"));
  const held = await large.checkpoint();
  expect(held.gits).toEqual(["commit", "ls-files"]);
  expect(await large.list(held.tree)).toEqual(["a.txt", "dir/b.txt"]);
  expect(await large.show("%P %T %an <%ae> %cn", held.commit)).toBe(`${held.before} ${held.tree} qwen <qwen@boocode.invalid> BooCode`);
  expect(await large.show("%B", held.commit)).toContain("Boocode-Task: task-1");
});

it("makes no commit of nothing, and sees the next change after that", async () => {
  await using large = await createLarge();
  const idle = await large.checkpoint();
  expect(idle).toMatchObject({ commit: idle.before, gits: ["commit", "ls-files"] });
  await large.write("a.txt", "second\n");
  const held = await large.checkpoint();
  expect(held.gits).toEqual(["commit", "ls-files"]);
  expect(await large.show("%P", held.commit)).toBe(idle.commit);
});

it("takes new files in without another look at the known ones", async () => {
  await using large = await createLarge();
  await large.write("a.txt", "second\n");
  await large.write("new.txt", "new\n");
  const held = await large.checkpoint();
  expect(held.gits).toEqual(["commit", "commit-tree", "ls-files", "update-index", "write-tree"]);
  expect(await large.list(held.tree)).toEqual(["a.txt", "dir/b.txt", "gone.txt", "new.txt"]);
  expect(await large.show("%P", held.commit)).toBe(held.before);
});

it("goes the ordinary way where a file became something that cannot be held, and loses nothing of the rest", async () => {
  await using large = await createLarge();
  await large.write("a.txt", "second\n");
  await rm(join(large.worktree.path, "gone.txt"));
  execFileSync("/usr/bin/mkfifo", [join(large.worktree.path, "gone.txt")]);
  const held = await large.checkpoint();
  expect(held.gits).toContain("diff-files");
  expect(held.leftOut).toEqual(["gone.txt"]);
  expect(await large.list(held.tree)).toEqual(["a.txt", "dir/b.txt"]);
  expect(await large.setup.repository.git("show", `${held.commit}:a.txt`)).toBe("second");
});

it("S9 runs nothing that the settings of a repository inside name, and notes where it stands", async () => {
  await using large = await createLarge();
  const inner = join(large.worktree.path, "inner");
  const git = (...argv: string[]) =>
    execFileSync("git", ["-C", inner, "-c", "user.name=a", "-c", "user.email=a@b", ...argv], { encoding: "utf8" });
  execFileSync("git", ["init", "--quiet", inner]);
  await large.write("inner/file", "1\n");
  git("add", "file");
  git("commit", "--quiet", "-m", "first");
  await large.checkpoint();
  const canary = join(large.setup.folder, "canary");
  await writeFile(join(large.setup.folder, "monitor"), `#!/bin/sh\n: > ${canary}\n`, { mode: 0o755 });
  git("commit", "--quiet", "--allow-empty", "-m", "second");
  git("config", "core.fsmonitor", join(large.setup.folder, "monitor"));
  await large.write("inner/file", "2\n");
  const held = await large.checkpoint();
  expect(held.gits).toContain("commit");
  expect(existsSync(canary)).toBe(false);
  expect(await large.setup.repository.git("ls-tree", held.tree, "inner")).toContain(`160000 commit ${git("rev-parse", "HEAD").trim()}`);
  // Where it stands has not changed: only a look inside would tell that something did.
  await large.write("inner/file", "three\n");
  await large.checkpoint();
  expect(existsSync(canary)).toBe(false);
  git("status");
  expect(existsSync(canary)).toBe(true);
});

it("goes the ordinary way where the newest checkpoint is not what our index stands on", async () => {
  await using large = await createLarge();
  await writeFile(join(large.setup.folder, "checkpoints", large.worktree.id, "HEAD"), "ref: refs/heads/none\n");
  await large.write("a.txt", "second\n");
  const held = await large.checkpoint();
  expect(held.gits).not.toContain("commit");
  expect(await large.show("%P", held.commit)).toBe(held.before);
});

it("names a file that became a repository without a commit", async () => {
  await using large = await createLarge();
  await rm(join(large.worktree.path, "gone.txt"));
  execFileSync("git", ["init", "--quiet", join(large.worktree.path, "gone.txt")]);
  const held = await large.checkpoint();
  expect(held.leftOut).toEqual(["gone.txt/"]);
  expect(await large.list(held.tree)).toEqual(["a.txt", "dir/b.txt"]);
});

it("goes the ordinary way where the list of submodules became a link", async () => {
  await using large = await createLarge({ ".gitmodules": "" });
  await rm(join(large.worktree.path, ".gitmodules"));
  await symlink("a.txt", join(large.worktree.path, ".gitmodules"));
  for (const text of ["second\n", "third\n"]) {
    await large.write("a.txt", text);
    const held = await large.checkpoint();
    expect(held.leftOut).toEqual([".gitmodules"]);
    expect(await large.setup.repository.git("ls-tree", held.tree, ".gitmodules")).toMatch(/^100644 /);
    expect(`${await large.setup.repository.git("show", `${held.commit}:a.txt`)}\n`).toBe(text);
  }
});
