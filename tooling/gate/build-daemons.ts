import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./run-step.ts";

/** Builds the daemons that tests start as programs, if their sources changed, so that no test starts old code. */
export default function buildDaemons(): void {
  const built = spawnSync(process.execPath, [join(ROOT, "tooling/bootstrap/build-for-tests.mjs")], { stdio: ["ignore", 2, 2] });
  if (built.status !== 0) throw new Error("The daemons of the tests could not be built.");
}
