import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ProjectId } from "@boocode/shared/ids";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { measureFolder } from "./measure-folder.ts";
import { createWorktreeSetup } from "./worktree-fixture.ts";
import { WorktreeInventory } from "./worktree-inventory.ts";

const never = new AbortController().signal;

it("lists every worktree with its session, its state as it is now and, soon after, its size", async () => {
  await using setup = await createWorktreeSetup();
  const { db, feed, sessionId, otherSessionId, worktrees } = setup;
  const inventory = new WorktreeInventory({ db, feed, clock: { now: () => 1_700_000_000_000 } });
  const made = await worktrees.ensure(sessionId);
  const gone = await worktrees.ensure(otherSessionId);
  await writeFile(join(made.path, "big.bin"), Buffer.alloc(100_000, 1));
  await rm(gone.path, { recursive: true });
  const told = Promise.withResolvers<readonly string[]>();
  feed.onWorkspace(({ noun, ids }) => noun === "worktrees" && told.resolve(ids));
  const first = await inventory.list();
  expect(first.map(({ id, state, size, sessionTitle }) => ({ id, state, size, sessionTitle }))).toEqual(
    expect.arrayContaining([
      { id: made.id, state: "live", size: null, sessionTitle: "Ünïcode & more" },
      { id: gone.id, state: "missing", size: null, sessionTitle: "Ünïcode & more" },
    ]),
  );
  expect([...(await told.promise)].sort()).toEqual([made.id, gone.id].sort());
  const measured = await inventory.list(made.projectId);
  expect(measured.find(({ id }) => id === made.id)?.size).toMatchObject({ isWhole: true, files: 4 });
  expect(measured.find(({ id }) => id === made.id)?.size?.bytes).toBeGreaterThan(99_999);
  expect(await inventory.list(ProjectId.parse("another"))).toEqual([]);
  await inventory.close();
});

it("measures within bounds, follows no link, and ends when it is told to", async () => {
  await using folder = await createTempFolder();
  await mkdir(join(folder.path, "sub"));
  for (const name of ["a", "b", "sub/c"]) await writeFile(join(folder.path, name), "x");
  await symlink("/usr", join(folder.path, "link"));
  expect(await measureFolder(folder.path, never)).toMatchObject({ files: 4, isWhole: true });
  expect(await measureFolder(folder.path, never, 2)).toMatchObject({ isWhole: false });
  expect(await measureFolder(folder.path, AbortSignal.abort())).toEqual({ bytes: 0, files: 0, isWhole: false });
  expect(await measureFolder(join(folder.path, "nowhere"), never)).toEqual({ bytes: 0, files: 0, isWhole: false });
});
