import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureAgents } from "./measurements/measure-agents.ts";
import { measureChanges } from "./measurements/measure-changes.ts";
import { measureFanOut } from "./measurements/measure-fan-out.ts";
import { measureFirstDelta } from "./measurements/measure-first-delta.ts";
import { measureGit } from "./measurements/measure-git.ts";
import { measureJournal } from "./measurements/measure-journal.ts";
import { measureLiveAgents } from "./measurements/measure-live-agents.ts";
import { measureManyChanges } from "./measurements/measure-many-changes.ts";
import { measureMemory } from "./measurements/measure-memory.ts";
import { measureNativeStream } from "./measurements/measure-native-stream.ts";
import { measureOpencode } from "./measurements/measure-opencode.ts";
import { measureOpenChat } from "./measurements/measure-open-chat.ts";
import { measureSessions } from "./measurements/measure-sessions.ts";
import { measureSidebar } from "./measurements/measure-sidebar.ts";
import { measureStart } from "./measurements/measure-start.ts";
import { measureTerminalPage } from "./measurements/measure-terminal-page.ts";
import { measureTerminals } from "./measurements/measure-terminals.ts";
import type { Measurement, MeasureOptions, Row } from "./measurement.ts";
import { toTable } from "./to-table.ts";

const MEASUREMENTS: readonly Measurement[] = [
  measureStart,
  measureMemory,
  measureFirstDelta,
  measureNativeStream,
  measureJournal,
  measureFanOut,
  measureOpenChat,
  measureSessions,
  measureSidebar,
  measureGit,
  measureChanges,
  measureManyChanges,
  measureOpencode,
  measureAgents,
  measureLiveAgents,
  measureTerminals,
  measureTerminalPage,
];
const ARTIFACTS = join(import.meta.dirname, "../../artifacts");
const HELP = `npm run bench -- [options]

  --only <name>  measure only this; may be given several times: ${MEASUREMENTS.map(({ name }) => name).join(", ")}
  --quick        fewer and smaller rounds: to see that it works, not how fast
  --help         print this

The table goes to standard output, everything measured to artifacts/bench.json. A goal that is not met is no failure.`;

const { values } = parseArgs({
  options: { only: { type: "string", multiple: true, default: [] }, quick: { type: "boolean", default: false }, help: { type: "boolean" } },
});
const unknown = values.only.filter((name) => !MEASUREMENTS.some((measurement) => measurement.name === name));
if (values.help) console.log(HELP);
else if (unknown.length > 0) {
  console.error(`There is no measurement called ${unknown.join(", ")}.\n\n${HELP}`);
  process.exitCode = 2;
} else await run(MEASUREMENTS.filter(({ name }) => values.only.length === 0 || values.only.includes(name)));

async function run(chosen: readonly Measurement[]): Promise<void> {
  const options: MeasureOptions = {
    isQuick: values.quick,
    rounds: values.quick ? 2 : 7,
    say: (text) => process.stderr.write(`${text}\n`),
  };
  const startedAt = new Date();
  const loadBefore = loadavg();
  const rows: Row[] = [];
  const broken: string[] = [];
  for (const { name, run } of chosen) {
    options.say(`Measuring ${name} …`);
    try {
      rows.push(...(await run(options)));
    } catch (error) {
      // Continue with the other measurements.
      broken.push(name);
      console.error(`${name} broke:`, error);
    }
  }
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    loadBefore,
    loadAfter: loadavg(),
  };
  const durationMs = Date.now() - startedAt.getTime();
  mkdirSync(ARTIFACTS, { recursive: true });
  const report = { startedAt: startedAt.toISOString(), durationMs, isQuick: values.quick, rounds: options.rounds, machine, broken, rows };
  writeFileSync(join(ARTIFACTS, "bench.json"), `${JSON.stringify(report, null, 2)}\n`);

  const load = [loadBefore, machine.loadAfter].map(([minute]) => minute!.toFixed(1)).join(" to ");
  console.log(`${toTable(rows)}\n`);
  console.log(`Medians of n on ${machine.cores} cores, Node ${machine.node}, load ${load}. All of it: artifacts/bench.json.`);
  if (broken.length > 0) console.log(`Broken: ${broken.join(", ")}.`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}
