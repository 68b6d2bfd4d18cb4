import { join } from "node:path";
import { expect, it } from "vitest";
import { bringNode } from "./bring-node.ts";
import { expectToStart } from "./expect-to-start.ts";
import { installPacked } from "./install-packed.ts";
import { ROOT, StartedProgram } from "./started-program.ts";

const LAUNCHER = join(ROOT, "tooling/bootstrap/run.cjs");
/** A cache of the package's downloads, shared by all runs. */
const CACHE = { XDG_CACHE_HOME: join(ROOT, ".runtime/cache") };

// Started without npm, whose newest version refuses Node 18.
it.each([18, 20, 22, 24, 26] as const)("`npm start` comes up under Node %i", async (major) => {
  const bin = await bringNode(major);
  await expectToStart(await StartedProgram.start([join(bin, "node"), LAUNCHER, "start"], { bin }));
});

it.each([20, 22, 24, 26] as const)("the package comes up under Node %i", async (major) => {
  const [bin, { folder }] = [await bringNode(major), await installPacked()];
  await expectToStart(await StartedProgram.start(["node_modules/.bin/boocode"], { bin, cwd: folder, env: CACHE }));
});

it.each([14, 16] as const)("Node %i is told in one sentence that it is too old", async (major) => {
  const program = await StartedProgram.start([join(await bringNode(major), "node"), LAUNCHER, "start"]);
  expect(await program.ended).toBe(1);
  expect(program.output.trimEnd().split("\n")).toHaveLength(1);
});
