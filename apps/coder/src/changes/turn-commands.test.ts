import { expect, it } from "vitest";
import { gatherTrust } from "../trust/gather-trust.ts";
import { createTurns } from "./turns-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

/** The gits that are started by a turn as the runner takes it: a look at what is trusted, a checkpoint, work, a checkpoint, the capture. */
async function gitsOf(setup: Turns, work: () => Promise<unknown>): Promise<string[]> {
  setup.started.length = 0;
  expect(await gatherTrust(setup.git, setup.worktree.path)).toMatchObject({ kind: "found", items: [] });
  await setup.turn("qwen", work);
  return [...setup.started];
}

/** A checkpoint of changed files. */
const HOLDING = ["status", "update-index", "write-tree", "commit-tree"];

it("starts no more gits than it must: two for a turn that changes nothing, six for one that changes files", async () => {
  await using setup = await createTurns();
  // What is kept is found out by the first turns.
  await gitsOf(setup, () => setup.write({ "a.txt": "first\n" }));
  await gitsOf(setup, async () => {});
  expect(await gitsOf(setup, async () => {})).toEqual(["status", "status"]);
  expect(await gitsOf(setup, () => setup.write({ "a.txt": "second\n", "new.txt": "new\n" }))).toEqual(["status", ...HOLDING, "diff-tree"]);
  await setup.write({ "a.txt": "by hand\n" });
  expect(await gitsOf(setup, async () => {})).toEqual([...HOLDING, "status", "log", "diff-tree"]);
  expect(await gitsOf(setup, async () => {})).toEqual(["status", "status"]);
});
