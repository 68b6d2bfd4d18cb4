import { CHECKS } from "./checks.ts";
import { inSeconds, runStep } from "./run-step.ts";

/** The gate: runs every check and shows the output of each failure. */
let failed = 0;
for (const check of CHECKS) {
  const result = await runStep(check, false);
  console.log(`${result.passed ? "✓" : "✗"} ${check.name} (${inSeconds(result.durationMs)})`);
  if (result.passed) continue;
  failed += 1;
  console.log(result.output.trimEnd());
}
if (failed > 0) console.log(`\n${failed} of ${CHECKS.length} checks failed.`);
process.exitCode = failed > 0 ? 1 : 0;
