import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildSession } from "@boocode/shared/testing/build";
import { ChangeCapture } from "../../../apps/coder/src/changes/change-capture.ts";
import { runProcess } from "../../../apps/coder/src/platform/processes/process.ts";
import { ProgramStarter } from "../../../apps/coder/src/platform/processes/program-starter.ts";
import type { StartProgram } from "../../../apps/coder/src/platform/processes/program.ts";
import { createWorktreeSetup, type WorktreeSetup } from "../../../apps/coder/src/worktrees/worktree-fixture.ts";
import { settleDeleted } from "../settle-deleted.ts";
import { toPath } from "../write-many-files.ts";
import { type Goal, type Measurement, type MeasureOptions, type Row, toRow } from "../measurement.ts";

const FILLER = join(import.meta.dirname, "../write-many-files.ts");
const CHANGED = 10;
const FEW = 1_000;
const STATUS = ["status", "--porcelain=v2", "-z", "--untracked-files=all"];

/** Turns measured for each worktree: several, because turns are short and a machine with two cores is never quite idle. */
const TURNS_A_ROUND = 3;

type Setup = WorktreeSetup & { plainGit: PlainGit };
type Samples = Row["samples"] & { ours: number[]; limit: number[]; gits?: number };
type TurnSamples = Record<"idle" | "checkpoint" | "serial" | "capture" | "status", Samples>;

/**
 * Measures the daemon's git operations alternately with the closest equivalents of plain git.
 *
 * How to read the rows of a checkpoint: with 20,000 files and 10 changed it takes 76 to 79 ms of processor time where `git status` takes 50
 * to 51 (1.5 ×; 8 ms of it are the daemon's own), on two cores as on one, measured while others used them too. In time by the clock that
 * was 1.1 to 1.4 ×. On an idle machine the ratio is higher, because `git status` looks at files in several threads at once. So ratios from
 * different loads must not be compared. The row against `git status` in one thread shows how much the threads make of it.
 */
export const measureGit: Measurement = {
  name: "git",
  async run(options) {
    await using kept = new AsyncDisposableStack();
    const starter = kept.use(await startAsTheDaemon());
    const rows: Row[] = [];
    for (const files of options.isQuick ? [300, 2_000] : [300, 20_000]) {
      // Disks reuse recently deleted space slowly, so everything is deleted at the end.
      const setup = kept.use(await createWorktreeSetup(undefined, { start: starter.start }));
      rows.push(...(await measureSize({ ...setup, plainGit: toPlainGit(starter) }, files, options)));
    }
    return rows;
  },
};

/** Starts git for both sides as the daemon does, so that only the work of git is compared. */
async function startAsTheDaemon() {
  const starter = new ProgramStarter({ env: {} });
  await starter.whenReady();
  return { start: starter.start, [Symbol.asyncDispose]: () => starter.close() };
}

async function measureSize(setup: Setup, files: number, { rounds, say }: MeasureOptions): Promise<Row[]> {
  say(`  a repository of ${files} files …`);
  await fill(setup, files);
  if (!(await settleDeleted(join(setup.repository.path, ".git", "objects"))))
    say("  the disk stayed slow to make files: what is written counts too much");
  const creation = { parallel: begin(), plain: begin() };
  const turns = beginTurns();
  const capture = new ChangeCapture(setup);
  // The first round warms the disk's cache and is discarded. Turns come first: many worktrees leave the disk no room near the objects.
  for (let turn = -TURNS_A_ROUND; turn < rounds * TURNS_A_ROUND; turn += 1) {
    await measureTurn(setup, capture, turn, turn < 0 ? beginTurns() : turns);
  }
  for (let round = -1; round < rounds; round += 1) {
    await measureCreation(setup, round, round < 0 ? { parallel: begin(), plain: begin() } : creation);
  }
  const of = `${files.toLocaleString("en-US")} files`;
  const changed = `${CHANGED} of ${of} changed`;
  // With few files, starting git is the whole cost, so the difference in time is what counts.
  const goal = (most: number, moreMs: number): Goal =>
    files < FEW ? { of: "difference", is: "at_most", value: moreMs } : { of: "ratio", is: "at_most", value: most };
  return [
    toGitRow(`worktree of ${of}`, creation.parallel, "git worktree add, as many files at once", goal(1.1, 100)),
    toGitRow(`worktree of ${of}, against one file at a time`, creation.plain, "git worktree add", goal(0.35, 100)),
    toGitRow(`checkpoint, ${changed}`, turns.checkpoint, "git status -uall", goal(1.5, 30)),
    toGitRow(`checkpoint, ${changed}, against one thread`, turns.serial, "git status -uall in one thread", goal(1.5, 30)),
    toGitRow(`checkpoint, none of ${of} changed`, turns.idle, "git status -uall", goal(1.2, 5)),
    toGitRow(`capture, ${changed}`, turns.capture, "git diff-tree of the same trees", goal(3, 10)),
    toGitRow(`status of ${of}`, turns.status, "git status -uall", goal(1.2, 5)),
  ];
}

async function measureCreation(setup: Setup, round: number, samples: Record<"parallel" | "plain", Samples>): Promise<void> {
  const { db, repository, worktrees, folder, plainGit } = setup;
  const sessionId = SessionId.parse(`session-bench-${round + 1}`);
  await db.write("normal", (tx) => insertSession(tx, buildSession({ id: sessionId, title: "Bench" })));
  const make = async (name: string, settings: string[]) => {
    const branch = `${name}-${round + 1}`;
    const took = await timed(() =>
      plainGit(repository.path, [...settings, "worktree", "add", "--quiet", "-b", branch, join(folder, branch)]),
    );
    await settle();
    return took;
  };
  const ours = async () => {
    const took = await counted(setup, samples.parallel, () => worktrees.ensure(sessionId));
    samples.plain.ours.push(took);
    await settle();
  };
  const parallel = async () => samples.parallel.limit.push(await make("parallel", ["-c", `checkout.workers=${availableParallelism()}`]));
  const plain = async () => samples.plain.limit.push(await make("plain", []));
  // Each side goes first equally often.
  for (const work of rotate([ours, parallel, plain], round + 1)) await work();
}

/** Waits until the disk has written everything, so that the next measurement does not pay for it. */
const settle = () => promisify(execFile)("sync");

async function measureTurn(setup: Setup, capture: ChangeCapture, round: number, samples: TurnSamples): Promise<void> {
  const { git, worktrees, sessionId, plainGit } = setup;
  const worktree = await worktrees.ensure(sessionId);
  const turn = { taskId: BUILT_IDS.task, chatId: BUILT_IDS.chat };
  const find = async () => (await worktrees.find(sessionId))!;
  const plainStatus = (kept: Samples) => async () => kept.limit.push(await timed(() => plainGit(worktree.path, STATUS)));
  const inTurn = async (...work: (() => Promise<unknown>)[]) => {
    for (const each of rotate(work, round)) await each();
  };

  let before = await worktrees.checkpoint(await find(), { ...turn, author: null, when: "before" });
  await inTurn(plainStatus(samples.idle), async () => {
    await counted(setup, samples.idle, async () => {
      before = await worktrees.checkpoint(await find(), { ...turn, author: null, when: "before" });
    });
  });
  for (let file = 0; file < CHANGED; file += 1) await writeFile(join(worktree.path, toPath(file * 7)), `round ${round}, file ${file}\n`);
  await inTurn(plainStatus(samples.status), () => counted(setup, samples.status, () => git.read(worktree.path, STATUS)));
  let after = before;
  const serialStatus = async () =>
    samples.serial.limit.push(await timed(() => plainGit(worktree.path, ["-c", "core.preloadIndex=false", ...STATUS])));
  await inTurn(plainStatus(samples.checkpoint), serialStatus, async () => {
    const took = await counted(setup, samples.checkpoint, async () => {
      after = await worktrees.checkpoint(await find(), { ...turn, author: BUILT_IDS.agent, when: "after" });
    });
    samples.serial.ours.push(took);
  });
  const task = {
    id: BUILT_IDS.task,
    chatId: BUILT_IDS.chat,
    agent: BUILT_IDS.agent,
    before: before.tree,
    after: after.tree,
    namedPaths: [],
  };
  const trees = ["diff-tree", "-r", "-z", "-M", "--raw", "--numstat", worktree.baseTree, after.tree];
  await inTurn(
    async () => samples.capture.limit.push(await timed(() => plainGit(setup.repository.path, trees))),
    () => counted(setup, samples.capture, () => capture.capture(sessionId, { task })),
  );
}

function toGitRow(name: string, { gits, ...samples }: Samples, limitName: string, goal: Goal): Row {
  const parts = gits === undefined ? {} : { parts: { gits } };
  return toRow({ name, unit: "ms", limitName, goal, samples, ...parts });
}

/** Measures our side, and records how many git processes it started. */
async function counted({ started }: WorktreeSetup, samples: Samples, work: () => Promise<unknown>): Promise<number> {
  started.length = 0;
  const took = await timed(work);
  samples.ours.push(took);
  samples.gits = started.length;
  return took;
}

const rotate = <T>(items: readonly T[], by: number): T[] => items.map((_, place) => items.at((place + by) % items.length)!);
const beginTurns = (): TurnSamples => ({ idle: begin(), checkpoint: begin(), serial: begin(), capture: begin(), status: begin() });
const begin = (): Samples => ({ ours: [], limit: [] });

async function fill({ repository }: WorktreeSetup, files: number): Promise<void> {
  await promisify(execFile)(process.execPath, [...process.execArgv, FILLER, repository.path, String(files)]);
  await repository.git("add", "--all");
  await repository.git("commit", "--quiet", "-m", "many files");
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

type PlainGit = (cwd: string, argv: readonly string[]) => Promise<void>;

function toPlainGit({ start }: { start: StartProgram }): PlainGit {
  return async (cwd, argv) => {
    const env = { PATH: "/usr/bin:/bin", HOME: cwd, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
    const limits = { timeoutMs: 600_000, maxOutputBytes: 64 * 1024 * 1024 };
    const { exitCode, stderr } = await runProcess({ file: "git", argv, cwd, env, start, ...limits });
    if (exitCode !== 0) throw new Error(stderr.toString());
  };
}
