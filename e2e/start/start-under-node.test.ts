import { join } from "node:path";
import { expect, it } from "vitest";
import { bringNode } from "./bring-node.ts";
import { expectToStart } from "./expect-to-start.ts";
import { ROOT, StartedProgram } from "./started-program.ts";

const LAUNCHER = join(ROOT, "tooling/bootstrap/run.cjs");

it("`npm start` comes up under a Node that is older than the one we are written for", async () => {
  await expectToStart(await StartedProgram.start(["npm", "start"], { bin: await bringNode(22) }));
});

it("a Node too old to download ours gets a clear message", async () => {
  const bin = await bringNode(16);
  const program = await StartedProgram.start([join(bin, "node"), LAUNCHER, "start"]);
  expect(await program.ended).toBe(1);
  expect(program.output).toMatch(/^BooCode needs Node 18 or newer [^\n]+ v16\.20\.2\. [^\n]+\n$/);
});

it("a script ended by a signal is reported with its signal, also in the exit code", async () => {
  const crash = "import('./tooling/bootstrap/run-node.mjs').then((m) => m.runNode(process.execPath, 'e2e/start/crash.cjs', []))";
  const program = await StartedProgram.start([process.execPath, "-e", crash]);
  expect(await program.ended).toBe(128 + 11);
  expect(program.output).toBe("It was ended by SIGSEGV.\n");
});
