import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { WorktreeInventory } from "../worktrees/upkeep/worktree-inventory.ts";
import { createTurns } from "./turns-fixture.ts";

type Setup = Awaited<ReturnType<typeof createTurns>>;

const ALLOW = ["-c", "protocol.file.allow=always", "-c", "user.name=x", "-c", "user.email=x@x"];

/** A repository with a submodule `vendor` that has one of its own, `vendor/deep`; answers the second session's worktree. */
async function openWithSubmodules(setup: Setup): Promise<Worktree> {
  await using deep = await createRepository({ "deep.txt": "deep\n" });
  await using library = await createRepository({ "lib.txt": "one\n" });
  await library.git(...ALLOW, "submodule", "--quiet", "add", deep.path, "deep");
  await library.commit("With a submodule");
  const { repository, worktrees } = setup;
  await repository.git(...ALLOW, "submodule", "--quiet", "add", library.path, "vendor");
  await repository.commit("With a submodule");
  const worktree = await worktrees.ensure(setup.otherSessionId);
  // While what it is fetched from is still there.
  expect(await setup.pending.leftOut(setup.otherSessionId)).toEqual(["vendor/"]);
  await repository.git("-C", worktree.path, ...ALLOW, "submodule", "--quiet", "update", "--init", "--recursive");
  return worktree;
}

/** What keeps the worktree from being removed, once it has been looked at. */
async function blocksOf(setup: Setup, { id }: Worktree): Promise<string[]> {
  const { promise: looked, resolve } = Promise.withResolvers<void>();
  // Its size and commits are looked at beside its files.
  let left = 2;
  setup.feed.onWorkspace(({ noun, ids }) => {
    if (noun === "worktrees" && ids.includes(id) && --left === 0) resolve();
  });
  const time = { elapsedMs: () => 0 };
  const inventory = new WorktreeInventory({ ...setup, time, worktreesDir: join(setup.folder, "worktrees") });
  await inventory.list();
  await looked;
  const entry = (await inventory.list()).find((each) => each.id === id);
  await inventory.close();
  return entry!.blocks.flatMap((block) => ("count" in block ? [`${block.kind} ${block.count}`] : []));
}

it.each([
  ["edited", "vendor/lib.txt"],
  ["new", "vendor/new.txt"],
  ["deep inside", "vendor/deep/deep.txt"],
])("an %s file in a submodule is named as not covered: in the list, the turn and what keeps the worktree", async (_, name) => {
  await using setup = await createTurns({ "a.txt": "a\n" });
  const worktree = await openWithSubmodules(setup);
  const { pending, otherSessionId: session } = setup;
  expect(await pending.refresh(session)).toBe("unchanged");
  expect(await pending.leftOut(session)).toEqual([]);
  expect(await blocksOf(setup, worktree)).toEqual([]);

  await writeFile(join(worktree.path, name), "changed\n");
  expect(await blocksOf(setup, worktree)).toEqual(["changes 1"]);
  await pending.refresh(session);
  expect(await pending.leftOut(session)).toEqual(["vendor/"]);
  expect(await blocksOf(setup, worktree)).toEqual(["left_out 1"]);
});

it("a submodule that was never fetched is named, and keeps nobody from removing the worktree", async () => {
  await using setup = await createTurns({ "a.txt": "a\n" });
  const worktree = await openWithSubmodules(setup);
  await setup.repository.git("-C", worktree.path, "submodule", "--quiet", "deinit", "--force", "vendor");
  await setup.pending.refresh(setup.otherSessionId);
  expect(await setup.pending.leftOut(setup.otherSessionId)).toEqual(["vendor/"]);
  expect(await blocksOf(setup, worktree)).toEqual([]);
});

it("files of a repository inside that no commit of its has are named, and gone from the list when they are", async () => {
  await using setup = await createTurns({ "a.txt": "a\n" });
  const { worktree, pending, sessionId } = setup;
  await setup.repository.git("clone", "--quiet", setup.repository.path, join(worktree.path, "nested"));
  const turn = await setup.turn("qwen", () => setup.write({ "nested/own.txt": "own\n" }));
  expect(turn.after.leftOut).toEqual(["nested/"]);
  expect((await pending.list(sessionId)).map(({ path, operation }) => [path, operation])).toEqual([["nested", "added"]]);
  expect(await pending.leftOut(sessionId)).toEqual(["nested/"]);
  await rm(join(worktree.path, "nested", "own.txt"));
  await pending.refresh(sessionId);
  expect(await pending.leftOut(sessionId)).toEqual([]);
});
