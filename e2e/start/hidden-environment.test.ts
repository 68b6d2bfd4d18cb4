import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT, StartedProgram } from "./started-program.ts";

const LAUNCHER = `node ${join(ROOT, "tooling/bootstrap/run.cjs")} start`;
const CANARIES =
  "BOOCODE_TOKEN=canary-of-the-daemon-itself BOOCODE_MODEL_KEY=canary OPENAI_API_KEY=canary GITHUB_TOKEN=canary PLAIN=canary";

/** The environment of every living process that has this home. */
function listEnvironments(home: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => read(`/proc/${pid}/environ`))
    .filter((environment) => environment.includes(`HOME=${home}`));
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

it("launcher, daemon and the process that starts git hide the keys they were started with, and use them", async () => {
  const program = await StartedProgram.start(["sh", "-c", `${CANARIES} exec ${LAUNCHER}`]);
  const { token } = await program.ready();
  expect(token).toBe("canary-of-the-daemon-itself");
  const environments = listEnvironments(program.home);
  expect(environments.length).toBeGreaterThanOrEqual(3);
  expect(environments.filter((environment) => environment.includes("canary"))).toEqual([]);
});
