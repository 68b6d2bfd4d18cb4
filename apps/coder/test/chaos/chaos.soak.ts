import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ProjectId, SessionId, TaskId } from "@boocode/shared/ids";
import { judgeDataDirectory } from "@boocode/testkit/oracle";
import { recordFault, recordJudged } from "@boocode/testkit/record-fault";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { createRandom } from "../../../../packages/db/test/random.ts";
import { ChaosLedger } from "./chaos-ledger.ts";
import { ChaosLife } from "./chaos-life.ts";
import { startAndDie, startCrashingDaemon, type CrashingDaemon } from "../start-crashing-daemon.ts";
import { TestHome } from "../start-test-daemon.ts";
import { callOver } from "../test-client.ts";

/** How long it runs. Set to 5 for a short one. */
const MINUTES = Number(process.env["BOOCODE_SOAK_MINUTES"] ?? "45");
const SEED = Number(process.env["BOOCODE_SOAK_SEED"] ?? "1");
const CLIENTS = 2;
/** A calm life is long enough to see whether memory or handles grow. */
const CALM_STEPS = 60;
const CALM_ROUNDS = 8;
/** Bytes of heap that may be added per life cycle of a session, and descriptors that may differ between two quiet moments. */
const HEAP_PER_STEP = 60 * 1024;
const FEW = 4;
/** Requests at once: the daemon closes the oldest of very many connections. */
const TOGETHER = 32;
/** How often work that is missing is looked for. */
const LOOKS = 100;

it(`F3 F31 ${MINUTES} minutes of random faults: sessions live and die, agents and daemons are killed, and nothing is lost or left behind`, async () => {
  const random = createRandom(SEED);
  const tmp = await createTempFolder();
  onTestFinished(() => tmp[Symbol.asyncDispose]());
  const home = await TestHome.make({ TMPDIR: tmp.path });
  const repository = await createRepository();
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const ledger = new ChaosLedger();
  const owners = new Map<SessionId, number>();
  const done = new Map<string, number>();
  const deaths = new Map<string, number>();
  const until = performance.now() + MINUTES * 60_000;
  let projectId: ProjectId | null = null;
  const growths: number[] = [];
  let lives = 0;
  let lost = 0;

  while (performance.now() < until || lives === 0) {
    lives += 1;
    // Sometimes it dies while it starts, before anybody has seen it.
    if (random() < 0.2) count(deaths, `boot: ${await startAndDie(home, Math.floor(random() * 8))}`);
    const crashing = await startCrashingDaemon(home);
    const { program, daemon } = crashing;
    projectId ??= (await callOver(daemon).projects.add.mutate({ path: repository.path })).id;
    await settle(crashing);
    const problems = [
      ...(await judgeDataDirectory({ dataDir: home.dataDir, daemonPid: program.child.pid, promptIds: ledger.promptIds })),
      ...(await findLost(ledger, home, crashing)),
    ];
    lost += problems.length;
    expect({ seed: SEED, lives, problems }).toEqual({ seed: SEED, lives, problems: [] });

    const isCalm = random() < 0.25;
    const steps = isCalm ? CALM_STEPS : 4 + Math.floor(random() * 16);
    await crashing.crashAt(!isCalm && random() < 0.7 ? Math.floor(random() * 150) : null);
    const clients = Array.from({ length: CLIENTS }, () => new ChaosLife({ daemon, projectId: projectId!, ledger, random, done }));
    const run = async (count: number) => {
      const lanes = clients.map(async (client, lane) => {
        for (let step = 0; step < count / CLIENTS; step += 1) {
          await client.step((id) => {
            if (!owners.has(id)) owners.set(id, lane);
            return owners.get(id) === lane;
          });
        }
      });
      const gone = program.exited.then(() => "gone" as const);
      return Promise.race([Promise.all(lanes).then(() => "there" as const), gone]).catch(async (error: unknown) => {
        // Either it was killed under the request, or the answer was no fault, which is a bug.
        const isGone = await Promise.race([gone, new Promise<null>((resolve) => setTimeout(() => resolve(null), 5_000))]);
        if (isGone === null) throw error;
        return isGone;
      });
    };
    if (isCalm) {
      await run(steps / 3);
      growths.push(await measureGrowth(crashing, steps, run));
    } else await run(steps);
    count(deaths, crashing.killedAt() ?? "killed from outside");
    await program.end("SIGKILL");
  }

  const last = await startCrashingDaemon(home);
  await settle(last);
  const judged = { dataDir: home.dataDir, daemonPid: last.program.child.pid, promptIds: ledger.promptIds };
  const problems = [...(await judgeDataDirectory(judged)), ...(await findLost(ledger, home, last))];
  recordJudged("F3", lives, problems);
  recordFault({ fault: "F31", repetitions: sum(done, "delete") + sum(done, "restore") + sum(done, "purge"), bytesLost: lost });
  expect(problems).toEqual([]);
  // What is left: nothing temporary, and of git's registrations exactly those of living sessions.
  expect(readdirSync(tmp.path)).toEqual([]);
  expect(readdirSync(home.dataDir).filter((name) => /\.part$|^tmp_|\.restoring$/.test(name))).toEqual([]);
  const registered = execFileSync("git", ["worktree", "list", "--porcelain"], { cwd: repository.path, encoding: "utf8" }).match(
    /^worktree /gm,
  )!;
  const living = readRows(home, "select id from worktrees where state <> 'removed'");
  expect(registered).toHaveLength(living.length + 1);
  const show = (counts: ReadonlyMap<string, number>) =>
    [...counts]
      .toSorted()
      .map(([name, times]) => `${name} ${times}`)
      .join(", ");
  process.stdout.write(
    `${lives} lives of the daemon, seed ${SEED}\n${show(done)}\ndied at: ${show(deaths)}\nheap per step: ${growths.map(Math.round).join(", ")}\n`,
  );
});

/**
 * Returns the bytes of heap that a step adds while it lives on, and expects that they are few, and that no handle is left open. What is kept
 * up to a limit makes the heap grow for a while, and then no more: what leaks goes on growing.
 */
async function measureGrowth(crashing: CrashingDaemon, steps: number, run: (steps: number) => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < CALM_ROUNDS && least >= HEAP_PER_STEP; round += 1) {
    const before = await measure(crashing);
    await run(steps);
    const after = await measure(crashing);
    await expectNoHandle(crashing, before);
    least = Math.min(least, (after.heapBytes - before.heapBytes) / steps);
  }
  expect(least).toBeLessThan(HEAP_PER_STEP);
  return least;
}

async function expectNoHandle(crashing: CrashingDaemon, before: Measured): Promise<void> {
  let leaked = 0;
  const findMore = () => {
    const handles = listHandles(crashing);
    leaked = Math.max(0, handles.length - before.handles - FEW);
    return leaked > 0 ? handles : [];
  };
  try {
    // What it only reads at this moment, such as the system's processes, is soon closed; what leaked stays.
    await expect.poll(findMore).toEqual([]);
  } finally {
    recordFault({ fault: "F31", repetitions: 0, leakedHandles: leaked });
  }
}

/** Waits until no task and no deletion is under way. */
async function settle({ daemon }: CrashingDaemon): Promise<void> {
  const api = callOver(daemon);
  for (;;) {
    const sessions = await api.sessions.list.query();
    const states: string[] = [];
    // A prompt that a dead life accepted is run by the next one, and this kind goes on until somebody stops it.
    const waits = new Set<TaskId>();
    for (let at = 0; at < sessions.length; at += TOGETHER) {
      const some = sessions.slice(at, at + TOGETHER);
      const open = await Promise.all(some.map(({ id }) => api.tasks.list.query({ sessionId: id })));
      states.push(...open.flat().map(({ state }) => state));
      for (const { id, state, text } of open.flat()) if (state === "running" && text.startsWith("wait ")) waits.add(id);
    }
    for (const taskId of waits) await api.tasks.cancel.mutate({ taskId });
    const isBusy = states.some((state) => state === "running" || state === "queued") || sessions.some(({ isDeleting }) => isDeleting);
    if (!isBusy) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What is lost stays lost: a folder that a deletion is moving at this moment is found at the next look. */
async function findLost(ledger: ChaosLedger, home: TestHome, crashing: CrashingDaemon): Promise<string[]> {
  for (let looks = 1; ; looks += 1) {
    const lost = await ledger.findLost(findPlaces(home));
    if (lost.length === 0 || looks === LOOKS) return lost;
    await new Promise((resolve) => setTimeout(resolve, 50));
    await settle(crashing);
  }
}

/** Where each session's folder is: at its place, or in the trash. Read beside a daemon that has the store open. */
function findPlaces(home: TestHome): Map<SessionId, string> {
  const places = new Map<SessionId, string>();
  for (const { session_id: id, path } of readRows(home, "select session_id, path from worktrees where state <> 'removed'"))
    if (id) places.set(id as SessionId, String(path));
  for (const row of readRows(home, "select id, session_id from trash where state = 'kept' and worktree is not null"))
    if (row["session_id"])
      places.set(row["session_id"] as SessionId, join(home.dataDir, "worktrees", ".trash", String(row["id"]), "worktree"));
  return places;
}

function readRows(home: TestHome, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(home.dataDir, "boocode.db"), { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

/** What a process has open, without its sockets: those are the test's, and are closed when it likes. */
function listHandles({ program }: CrashingDaemon): string[] {
  const folder = `/proc/${program.child.pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      const target = readlinkSync(join(folder, name));
      return target.startsWith("socket:") ? [] : [target];
    } catch {
      return [];
    }
  });
}

interface Measured {
  handles: number;
  heapBytes: number;
}

async function measure(crashing: CrashingDaemon): Promise<Measured> {
  await settle(crashing);
  const heapBytes = await crashing.crashAt(null);
  return { handles: listHandles(crashing).length, heapBytes };
}

const count = (counts: Map<string, number>, name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1);
const sum = (counts: ReadonlyMap<string, number>, begin: string) =>
  [...counts].reduce((all, [name, times]) => (name.startsWith(begin) ? all + times : all), 0);
