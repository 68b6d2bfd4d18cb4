import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CHECKS } from "./checks.ts";
import { countPlaywright, countVitest, type PartCount } from "./count-tests.ts";
import { makeFaultTable, readPlaywrightOutcomes, readRecords, readVitestOutcomes } from "./fault-table.ts";
import { inSeconds, ROOT, runStep, type StepResult } from "./run-step.ts";

const ARTIFACTS = join(ROOT, "artifacts");
const UNIT_REPORT = join(ARTIFACTS, "unit-tests.json");
const JOURNEY_REPORT = join(ARTIFACTS, "browser-journeys.json");
const FAULTS_DIR = join(ARTIFACTS, "faults");

mkdirSync(ARTIFACTS, { recursive: true });
for (const report of [UNIT_REPORT, JOURNEY_REPORT, FAULTS_DIR]) rmSync(report, { force: true, recursive: true });

const started = performance.now();
const steps: StepResult[] = [];
for (const check of CHECKS.filter(({ name }) => name !== "house rules")) {
  const result = await runStep(check, false);
  steps.push(result);
  console.log(`${result.passed ? "✓" : "✗"} ${check.name} (${inSeconds(result.durationMs)})`);
  if (!result.passed) console.log(result.output.trimEnd());
}

steps.push(
  await runStep(
    {
      name: "unit tests and daemon journeys",
      script: "node_modules/vitest/vitest.mjs",
      argv: ["run", "--reporter=dot", "--reporter=json", `--outputFile.json=${UNIT_REPORT}`],
      env: { BOOCODE_FAULTS_DIR: FAULTS_DIR },
    },
    true,
  ),
);
steps.push(
  await runStep(
    {
      name: "browser journeys",
      script: "e2e/node_modules/@playwright/test/cli.js",
      argv: ["test", "--config", "e2e/playwright.config.ts"],
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: JOURNEY_REPORT, BOOCODE_FAULTS_DIR: FAULTS_DIR },
    },
    true,
  ),
);

const unit = existsSync(UNIT_REPORT) ? JSON.parse(readFileSync(UNIT_REPORT, "utf8")) : null;
const journeys = existsSync(JOURNEY_REPORT) ? JSON.parse(readFileSync(JOURNEY_REPORT, "utf8")) : null;
const outcomes = [...(unit ? readVitestOutcomes(unit) : []), ...(journeys ? readPlaywrightOutcomes(journeys) : [])];
const document = readFileSync(join(ROOT, "docs/invariants.md"), "utf8");
const faults = makeFaultTable(document, /\.(?:test|spec)\.ts/, outcomes, readRecords(FAULTS_DIR));
console.log(`\n${faults.lines.join("\n")}`);
for (const failure of faults.failures) console.log(`✗ ${failure}`);

const parts: PartCount[] = [...(unit ? countVitest(unit, ROOT) : []), ...(journeys ? [countPlaywright(journeys)] : [])];
console.log(`\n${"part".padEnd(20)}${"tests".padStart(8)}${"passed".padStart(8)}${"failed".padStart(8)}${"skipped".padStart(9)}`);
for (const part of [...parts, sum(parts)]) {
  const row = [part.tests, part.passed, part.failed].map((count) => String(count).padStart(8)).join("");
  console.log(`${part.part.padEnd(20)}${row}${String(part.skipped).padStart(9)}`);
}

const total = sum(parts);
const broken = steps.filter((step) => !step.passed).map((step) => step.name);
const missing = [UNIT_REPORT, JOURNEY_REPORT].filter((report) => !existsSync(report)).length;
console.log(`\n${total.tests} tests ran in ${inSeconds(performance.now() - started)}.`);
if (broken.length > 0) console.log(`Failed: ${broken.join(", ")}.`);
process.exitCode = broken.length > 0 || faults.failures.length > 0 || total.failed > 0 || total.tests === 0 || missing > 0 ? 1 : 0;

function sum(counts: readonly PartCount[]): PartCount {
  const total: PartCount = { part: "all", tests: 0, passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) {
    total.tests += count.tests;
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  }
  return total;
}
