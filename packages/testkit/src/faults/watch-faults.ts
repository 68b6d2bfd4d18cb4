import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeEach } from "vitest";
import { judgeDataDirectory } from "../oracle.ts";
import { countLosses, openRecords, recordFault, type Loss } from "../record-fault.ts";
import { setFaultScene, type FaultScene } from "./fault-scene.ts";
import { judgeKeptWork } from "./judge-kept-work.ts";
import { judgeWrittenFiles } from "./judge-written-files.ts";
import { findLeftProcesses, findNewHandles, lookAtProcess, type ProcessLook } from "./look-at-process.ts";
import { readFaults } from "./read-faults.ts";

/**
 * Counts what every test of a fault costs, without a word in the test: vitest runs this file before each test file. A test is about a fault
 * if its title, or that of its group, begins with the fault's id. When it is over and all it opened is closed, nothing may be left open or
 * running that was not there before; each file it wrote must be where it was written or in git; and of each data directory it made, the
 * journal must be whole, each turn have one end, and all work that the store names be in git. What is wrong fails the test, and stands in
 * the table of faults.
 */
beforeEach(({ task, onTestFinished }) => {
  const faults = readFaults([task.name, ...suitesOf(task.suite)]);
  if (faults.length === 0) return;
  const watch = new FaultWatch(faults);
  setFaultScene(watch);
  // Registered first, so it is called last.
  onTestFinished(() => watch.end());
});

openRecords();

/** How long what was closed may take to be gone. Only what is left behind takes so long. */
const CLOSING_MS = 10_000;

interface SuiteOf {
  name: string;
  suite?: SuiteOf | undefined;
}

const suitesOf = (suite: SuiteOf | undefined): string[] => (suite === undefined ? [] : [suite.name, ...suitesOf(suite.suite)]);

class FaultWatch implements FaultScene {
  readonly folders = new Set<string>();
  readonly written = new Map<string, Uint8Array>();
  readonly seen: FaultScene["seen"] = new Map();
  readonly counted = new Set<string>();
  readonly #faults: readonly string[];
  readonly #before: ProcessLook = lookAtProcess();
  readonly #judged = new Map<string, "work" | "all">();
  readonly #looked = new Set<Loss>();
  readonly #problems: string[] = [];

  constructor(faults: readonly string[]) {
    this.#faults = faults;
  }

  async beforeRemoval(folder: string): Promise<void> {
    await this.#judgeFiles(folder);
    for (const dataDir of this.#listDataDirs()) {
      const isGoing = dataDir === folder || dataDir.startsWith(`${folder}/`);
      // Its project may be what is removed: work is judged while both are there.
      if (!this.#judged.has(dataDir)) await this.#judge("bytesLost", () => judgeKeptWork(dataDir));
      if (isGoing && this.#judged.get(dataDir) !== "all") await this.#judgeJournal(dataDir);
      this.#judged.set(dataDir, isGoing ? "all" : "work");
    }
  }

  async end(): Promise<void> {
    setFaultScene(null);
    const looks = () => {
      const now = lookAtProcess();
      const handles = findNewHandles(this.#before, now).map((handle) => `${handle} was left open`);
      return { handles, processes: findLeftProcesses(this.#before, now, this.folders) };
    };
    const until = performance.now() + CLOSING_MS;
    let left = looks();
    while (left.handles.length + left.processes.length > 0 && performance.now() < until) {
      await wait(10);
      left = looks();
    }
    this.#looked.add("leakedHandles").add("orphans");
    const counts = countLosses(this.#problems);
    counts.leakedHandles += left.handles.length;
    counts.orphans = Math.max(counts.orphans, left.processes.length);
    for (const fault of this.#faults) {
      const own = Object.entries(counts).filter(([loss]) => this.#looked.has(loss as Loss) && !this.counted.has(`${fault} ${loss}`));
      recordFault({ fault, repetitions: 0, ...Object.fromEntries(own) });
    }
    const all = [...this.#problems, ...left.handles, ...left.processes];
    if (all.length > 0) throw new Error(`The fault cost something:\n${all.join("\n")}`);
  }

  /** All written files while a repository that may hold them is there, and those in a folder that goes. */
  async #judgeFiles(folder: string): Promise<void> {
    const isRepository = existsSync(join(folder, ".git"));
    const due = [...this.written].filter(([path]) => isRepository || path.startsWith(`${folder}/`));
    if (due.length === 0) return;
    for (const [path] of due) this.written.delete(path);
    await this.#judge("bytesLost", () => judgeWrittenFiles(new Map(due), [...this.folders]));
  }

  #listDataDirs(): string[] {
    return [...this.folders].flatMap((folder) => [folder, join(folder, "data")]).filter((folder) => existsSync(join(folder, "boocode.db")));
  }

  async #judgeJournal(dataDir: string): Promise<void> {
    if (this.#faults.every((fault) => this.counted.has(`${fault} stuckTurns`))) return;
    await this.#judge("eventsLost", () => judgeDataDirectory({ dataDir, seen: this.seen }));
    this.#looked.add("stuckTurns");
  }

  async #judge(loss: Loss, look: () => Promise<string[]>): Promise<void> {
    this.#looked.add(loss);
    this.#problems.push(...(await look().catch((error: unknown) => [`The data directory cannot be read: ${String(error)}`])));
  }
}
