import { existsSync } from "node:fs";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TrashId } from "@boocode/shared/ids";
import { createTempFolder, writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { emptyShelf, holdsRepository } from "./empty-shelf.ts";
import { describeFolder } from "./trash-fixture.ts";

const ID = TrashId.parse("trash_one");

/** A shelf with a worktree, beside another deletion and the person's own files. */
async function setUp() {
  const folder = await createTempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const at = (...names: string[]) => join(folder.path, ...names);
  await writeFiles(folder.path, {
    "mine/notes.txt": "the person's\n",
    "worktrees/live/a.txt": "in use\n",
    "worktrees/.trash/trash_two/worktree/b.txt": "another deletion\n",
    "worktrees/.trash/trash_one/worktree/dir/a.txt": "to go\n",
    "worktrees/.trash/trash_one/worktree/link": { linkTo: "../../../../mine" },
    "worktrees/.trash/trash_one/worktree/nested/.git/HEAD": "ref: refs/heads/main\n",
    "worktrees/.trash/trash_one/git/HEAD": "ref: refs/heads/main\n",
  });
  const rest = async () => ({
    mine: await describeFolder(at("mine")),
    live: await describeFolder(at("worktrees", "live")),
    two: await describeFolder(at("worktrees", ".trash", "trash_two")),
  });
  return { at, path: at("worktrees", "session-1"), rest };
}

it("W5: removes one deletion, whatever it holds, and nothing outside of it", async () => {
  const { at, path, rest } = await setUp();
  const before = await rest();
  await emptyShelf(path, ID, "worktree");
  expect([
    existsSync(at("worktrees", ".trash", "trash_one", "worktree")),
    existsSync(at("worktrees", ".trash", "trash_one", "git")),
  ]).toEqual([false, true]);
  await emptyShelf(path, ID, "all");
  expect(existsSync(at("worktrees", ".trash", "trash_one"))).toBe(false);
  // What is gone already is fine.
  await emptyShelf(path, ID, "all");
  expect(await rest()).toEqual(before);
});

it("W5: follows no link that has taken the place of a folder on the way", async () => {
  for (const swapped of ["trash_one", "worktree"]) {
    const { at, path, rest } = await setUp();
    const shelf = at("worktrees", ".trash", "trash_one");
    const target = swapped === "trash_one" ? shelf : join(shelf, "worktree");
    await rename(target, `${target}-aside`);
    await mkdir(at("mine", "worktree"));
    await writeFile(at("mine", "worktree", "more.txt"), "the person's too\n");
    await symlink(at("mine"), target);
    const before = await rest();
    await emptyShelf(path, ID, "worktree").catch(() => {});
    await emptyShelf(path, ID, "all").catch(() => {});
    expect(await rest()).toEqual(before);
  }
});

it("finds a repository of its own anywhere in a folder", async () => {
  const { at } = await setUp();
  expect(await holdsRepository(at("worktrees", ".trash", "trash_one", "worktree"))).toBe(true);
  expect(await holdsRepository(at("worktrees", ".trash", "trash_two", "worktree"))).toBe(false);
  await writeFile(at("worktrees", ".trash", "trash_two", "worktree", ".git"), "gitdir: elsewhere\n");
  expect(await holdsRepository(at("worktrees", ".trash", "trash_two", "worktree"))).toBe(false);
  expect(await holdsRepository(at("nowhere"))).toBe(true);
});
