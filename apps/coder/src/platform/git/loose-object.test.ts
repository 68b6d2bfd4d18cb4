import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { isLoose, readLooseCommitTree, storeLooseTree, toTreeBody, type TreeEntry } from "./loose-object.ts";

const parse = (listing: string): TreeEntry[] =>
  listing
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [, mode = "", type = "", oid = "", name = ""] = /^(\d+) (\w+) (\w+)\t(.*)$/.exec(line)!;
      return { mode, type, oid, name };
    });

it("stores a tree that git finds to be the one it would have stored itself, in any order of its entries", async () => {
  // A folder is sorted as if its name ended with a slash: between these two.
  const names = ["a-b", "a.txt", "a0", "b", "ab/x", "a/x", "run.sh"];
  await using repository = await createRepository(Object.fromEntries(names.map((name) => [name, `${name}\n`])));
  await chmod(join(repository.path, "run.sh"), 0o755);
  await repository.git("add", "--all");
  const tree = (await repository.git("write-tree")).trim();
  const objects = join(repository.path, ".git", "objects");
  const entries = parse(await repository.git("ls-tree", tree));
  await rm(join(objects, tree.slice(0, 2), tree.slice(2)));
  expect(isLoose(objects, tree)).toBe(false);

  expect(await storeLooseTree(objects, toTreeBody(entries.toReversed()), "sha1")).toBe(tree);
  expect(isLoose(objects, tree)).toBe(true);
  expect(await storeLooseTree(objects, toTreeBody(entries), "sha1")).toBe(tree);
  expect(parse(await repository.git("ls-tree", tree))).toEqual(entries);
  expect(await repository.git("fsck", "--strict")).not.toMatch(/error|bad|missing/);
  expect((await readdir(join(objects, tree.slice(0, 2)))).filter((name) => name.startsWith("tmp_"))).toEqual([]);
});

it("leaves a tree to git where it cannot be stored", async () => {
  await using repository = await createRepository();
  expect(await storeLooseTree(join(repository.path, "README.md", "objects"), toTreeBody([]), "sha1")).toBeNull();
});

it("reads the tree of a commit, and leaves what is packed to git", async () => {
  await using repository = await createRepository({ "a.txt": "a\n" });
  const objects = join(repository.path, ".git", "objects");
  const [commit, tree] = (await repository.git("rev-parse", "HEAD", "HEAD^{tree}")).trim().split("\n") as [string, string];
  expect(await readLooseCommitTree(objects, commit)).toBe(tree);
  expect(await readLooseCommitTree(objects, tree)).toBeNull();
  await repository.git("gc", "--quiet");
  expect(await readLooseCommitTree(objects, commit)).toBeNull();
  expect(isLoose(objects, commit)).toBe(false);
});
