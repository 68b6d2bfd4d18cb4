import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ProjectId, SessionId } from "@boocode/shared/ids";
import { judgeDataDirectory } from "@boocode/testkit/oracle";
import { recordFault, recordJudged } from "@boocode/testkit/record-fault";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { createRandom } from "../../../packages/db/test/random.ts";
import { ChaosLedger } from "./chaos-ledger.ts";
import { ChaosLife } from "./chaos-life.ts";
import { startAndDie, startCrashingDaemon, type CrashingDaemon } from "./start-crashing-daemon.ts";
import { TestHome } from "./start-test-daemon.ts";
import { callOver } from "./test-client.ts";

/** How long it runs. Set to 5 for a short one. */
const MINUTES = Number(process.env["BOOCODE_SOAK_MINUTES"] ?? "45");
const SEED = Number(process.env["BOOCODE_SOAK_SEED"] ?? "1");
const CLIENTS = 2;
/** A calm life is long enough to see whether memory or handles grow. */
const CALM_STEPS = 60;
/** Bytes of heap that may be added per life cycle of a session, and descriptors that may differ between two quiet moments. */
const HEAP_PER_STEP = 60 * 1024;
const FEW = 4;

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
      ...(await ledger.findLost(findPlaces(home))),
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
      const before = await measure(crashing);
      await run(steps);
      const after = await measure(crashing);
      expectNoGrowth(before, after, steps);
    } else await run(steps);
    count(deaths, crashing.killedAt() ?? "killed from outside");
    await program.end("SIGKILL");
  }

  const last = await startCrashingDaemon(home);
  await settle(last);
  const judged = { dataDir: home.dataDir, daemonPid: last.program.child.pid, promptIds: ledger.promptIds };
  const problems = [...(await judgeDataDirectory(judged)), ...(await ledger.findLost(findPlaces(home)))];
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
  process.stdout.write(`${lives} lives of the daemon, seed ${SEED}\n${show(done)}\ndied at: ${show(deaths)}\n`);
});

function expectNoGrowth(before: Measured, after: Measured, steps: number): void {
  const more = after.handles.length - before.handles.length;
  recordFault({ fault: "F31", repetitions: 0, leakedHandles: more > FEW ? more : 0 });
  expect({ more: more > FEW ? after.handles : [] }).toEqual({ more: [] });
  expect((after.heapBytes - before.heapBytes) / steps).toBeLessThan(HEAP_PER_STEP);
}

/** Waits until no task and no deletion is under way. */
async function settle({ daemon }: CrashingDaemon): Promise<void> {
  const api = callOver(daemon);
  for (;;) {
    const sessions = await api.sessions.list.query();
    const open = (await Promise.all(sessions.map(({ id }) => api.tasks.list.query({ sessionId: id })))).flat();
    const isBusy = open.some(({ state }) => state === "running" || state === "queued") || sessions.some(({ isDeleting }) => isDeleting);
    if (!isBusy) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
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
function listHandles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
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
  handles: string[];
  heapBytes: number;
}

async function measure(crashing: CrashingDaemon): Promise<Measured> {
  await settle(crashing);
  const heapBytes = await crashing.crashAt(null);
  return { handles: listHandles(crashing.program.child.pid!), heapBytes };
}

const count = (counts: Map<string, number>, name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1);
const sum = (counts: ReadonlyMap<string, number>, begin: string) =>
  [...counts].reduce((all, [name, times]) => (name.startsWith(begin) ? all + times : all), 0);
