import { join } from "node:path";
import { expect, it } from "vitest";
import { findProcesses } from "./find-processes.ts";
import { ROOT, StartedProgram } from "./started-program.ts";

const LAUNCHER = ["node", join(ROOT, "tooling/bootstrap/run.cjs"), "start"] as const;

/** Expects that a program leaves no process. It has ended only once no process holds its output. */
async function expectNothingLeft(program: StartedProgram): Promise<void> {
  await program.ended;
  expect(findProcesses(program.home)).toEqual([]);
}

it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const)("a launcher that %s ends takes the daemon with it", async (signal) => {
  const program = await StartedProgram.start(LAUNCHER);
  await program.ready();
  program.child.kill(signal);
  await expectNothingLeft(program);
});

it.each(["SIGTERM", "SIGKILL"] as const)("an npm that %s ends takes launcher and daemon with it", async (signal) => {
  const program = await StartedProgram.start(["npm", "start"]);
  await program.ready();
  program.child.kill(signal);
  await expectNothingLeft(program);
});

it("a daemon without a launcher keeps running after its shell is gone", async () => {
  const program = await StartedProgram.start(["sh", "-c", `${LAUNCHER.join(" ")} & echo "launcher $!"`]);
  const { origin } = await program.ready();
  const launcher = Number(/launcher (\d+)/.exec(program.output)![1]);
  expect(program.child.exitCode).toBe(0);
  expect((await fetch(`${origin}/api/health`)).status).toBe(200);
  process.kill(launcher, "SIGTERM");
  await expectNothingLeft(program);
});
