import { expect, it } from "vitest";
import { StartedProgram } from "./started-program.ts";

/** Runs a command in its own terminal, as a person would. */
const inTerminal = (command: string) => StartedProgram.start(["script", "-qec", command, "/dev/null"], { logLevel: "info" });

it("on a terminal the log is human-readable, and the address is the last line of the start", async () => {
  const program = await inTerminal("node tooling/bootstrap/run.cjs start");
  const { origin } = await program.ready();
  expect((await fetch(`${origin}/api/health`)).status).toBe(200);
  const lines = program.output.trim().split(/\r?\n/);
  expect(lines.filter((line) => line.startsWith("{"))).toEqual([]);
  expect(lines).toContainEqual(expect.stringMatching(/^\d\d:\d\d:\d\d The daemon is ready {2}address=http/));
  expect(lines.at(-1)).toContain("BooCode is ready at");
});

it("JSON logs can be requested on a terminal too", async () => {
  const program = await inTerminal("BOOCODE_LOG_FORMAT=json node tooling/bootstrap/run.cjs start");
  await program.ready();
  expect(program.output).toContain('"msg":"The daemon is ready"');
});
