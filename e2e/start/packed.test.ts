import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bringNode } from "./bring-node.ts";
import { findProcesses } from "./find-processes.ts";
import { installPacked } from "./install-packed.ts";
import { runInTerminal } from "./run-in-terminal.ts";
import { runTurn } from "./run-turn.ts";
import { ROOT, StartedProgram } from "./started-program.ts";

it("the package installs into an empty folder, prints its version, runs a turn and a terminal, and leaves nothing running", async () => {
  const { folder, manifest } = await installPacked();
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
  const exact = expect.stringMatching(/^\d/);
  expect(manifest).toMatchObject({ name: "boocode", version });
  expect(manifest["dependencies"]).toEqual({ "@lydell/node-pty": exact, "better-sqlite3": exact });
  expect(manifest).not.toHaveProperty("scripts");

  const told = await StartedProgram.start(["npx", "--no-install", "boocode", "--version"], { cwd: folder });
  expect(await told.ended).toBe(0);
  expect(told.output).toBe(`${version}\n`);

  const program = await StartedProgram.start(["node_modules/.bin/boocode", "--no-open"], { cwd: folder });
  const daemon = await program.ready();
  expect(await (await fetch(daemon.origin)).text()).toContain("<title>BooCode");
  const { sessionId, ended } = await runTurn(daemon, "create a file hello.txt that says Good morning");
  expect(ended).toMatchObject({ state: "completed", filesChanged: 1 });
  await runInTerminal(daemon, sessionId, "cat hello.txt\r", "Good morning");
  program.child.kill("SIGTERM");
  expect(await program.ended).toBe(0);
  expect(findProcesses(program.home)).toEqual([]);
});

it.each(["SIGTERM", "SIGKILL"] as const)("an npx that %s ends takes the program with it", async (signal) => {
  const { folder } = await installPacked();
  const program = await StartedProgram.start(["npx", "--no-install", "boocode"], { cwd: folder });
  await program.ready();
  program.child.kill(signal);
  await program.ended;
  expect(findProcesses(program.home)).toEqual([]);
});

it("a Node too old for the package gets a clear message", async () => {
  const { folder } = await installPacked();
  const bin = await bringNode(16);
  const program = await StartedProgram.start([join(bin, "node"), "node_modules/.bin/boocode"], { cwd: folder });
  expect(await program.ended).toBe(1);
  expect(program.output).toMatch(/^BooCode needs Node 18 or newer [^\n]+\n$/);
});
