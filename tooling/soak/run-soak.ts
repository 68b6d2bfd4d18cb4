import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { countVitest } from "../gate/count-tests.ts";
import { makeFaultTable, readRecords, readVitestOutcomes, UNCOUNTED } from "../gate/fault-table.ts";
import { inSeconds, ROOT, runStep } from "../gate/run-step.ts";

const REPORT = join(ROOT, "artifacts/soak.json");
const FAULTS_DIR = join(ROOT, "artifacts/soak-faults");
const REPORTERS = [
  "--reporter=default",
  `--reporter=${join(ROOT, "tooling/soak/tell-failures.ts")}`,
  "--reporter=json",
  `--outputFile.json=${REPORT}`,
];
const HELP = `npm run test:soak -- [options] [part of a file's name …]

  --seed <n>    where the random numbers begin; the same seed does the same again
  --factor <n>  how many times as often a property is run; default 20
  --minutes <n> how long sessions live and die under random faults; default 45
  --help        print this

The whole matrix of what a malicious repository could run, every property many times over, a store killed 400 times, every failpoint
40 times, "npm start" under every Node, and 45 minutes of random faults.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string" },
    factor: { type: "string", default: "20" },
    minutes: { type: "string", default: "45" },
    help: { type: "boolean" },
  },
});
const seed = Number(values.seed ?? randomInt(1, 2 ** 31));
const factor = Number(values.factor);
const minutes = Number(values.minutes);
if (values.help) console.log(HELP);
else if (!Number.isInteger(seed) || !Number.isInteger(factor) || factor < 1 || !(minutes > 0)) {
  console.error(HELP);
  process.exitCode = 2;
} else await run();

async function run(): Promise<void> {
  console.log(
    `Seed ${seed}. The same again: npm run test:soak -- --seed ${seed} --factor ${factor} --minutes ${minutes}${positionals.map((name) => ` ${name}`).join("")}`,
  );
  mkdirSync(join(ROOT, "artifacts"), { recursive: true });
  for (const old of [REPORT, FAULTS_DIR]) rmSync(old, { force: true, recursive: true });
  const { passed, durationMs } = await runStep(
    {
      name: "soak",
      script: "node_modules/vitest/vitest.mjs",
      argv: ["run", "--config", "tooling/soak/soak.config.ts", "--project", "soak", ...positionals, ...REPORTERS],
      env: {
        BOOCODE_SOAK_SEED: String(seed),
        BOOCODE_SOAK_FACTOR: String(factor),
        BOOCODE_SOAK_MINUTES: String(minutes),
        BOOCODE_FAULTS_DIR: FAULTS_DIR,
      },
    },
    true,
  );
  const report = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, "utf8")) : null;
  const parts = report ? countVitest(report, ROOT) : [];
  const document = readFileSync(join(ROOT, "docs/invariants.md"), "utf8");
  const faults = makeFaultTable(document, /\.soak\.ts/, report ? readVitestOutcomes(report) : [], readRecords(FAULTS_DIR));
  console.log(`\n${faults.lines.join("\n")}\n`);
  // A run of some of the files injects some of the faults. What the ordinary tests of a fault count, those here need not.
  const failures = faults.failures.filter(
    (failure) => !failure.endsWith(UNCOUNTED) && (positionals.length === 0 || !failure.startsWith("No test")),
  );
  for (const failure of failures) console.log(`✗ ${failure}`);
  for (const { part, tests, failed } of parts) console.log(`${part.padEnd(20)}${String(tests).padStart(6)} tests, ${failed} failed`);
  const tests = parts.reduce((sum, part) => sum + part.tests, 0);
  console.log(`\n${tests} soak tests ran in ${inSeconds(durationMs)}, properties ${factor} × as often, seed ${seed}.`);
  process.exitCode = passed && failures.length === 0 && tests > 0 ? 0 : 1;
}
