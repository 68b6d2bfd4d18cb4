import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { insertSession } from "@boocode/db/session-store";
import { SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildSession } from "@boocode/shared/testing/build";
import { captureChanges } from "../../apps/coder/src/changes/capture-changes.ts";
import { createWorktreeSetup, type WorktreeSetup } from "../../apps/coder/src/worktrees/worktree-fixture.ts";
import { type Measurement, type MeasureOptions, type Row, toRow } from "./measurement.ts";

const CHANGED = 10;
const STATUS = ["status", "--porcelain=v2", "-z", "--untracked-files=all"];

type Samples = Row["samples"] & { ours: number[]; limit: number[] };

/** What the daemon does with git, each against the nearest thing that plain git does, in turn. */
export const measureGit: Measurement = {
  name: "git",
  async run(options) {
    const rows: Row[] = [];
    for (const files of options.isQuick ? [300, 2_000] : [300, 20_000]) rows.push(...(await measureSize(files, options)));
    return rows;
  },
};

async function measureSize(files: number, { rounds, say }: MeasureOptions): Promise<Row[]> {
  say(`  a repository of ${files} files …`);
  await using setup = await createWorktreeSetup(toFiles(files));
  const samples = { creation: begin(), checkpoint: begin(), capture: begin(), status: begin() };
  // The first round warms the disk's cache and is thrown away.
  for (let round = -1; round < rounds; round += 1) {
    const kept = round < 0 ? null : samples;
    await measureCreation(setup, round, kept?.creation ?? begin());
    await measureTurn(setup, round, kept ?? { checkpoint: begin(), capture: begin(), status: begin() });
  }
  const of = `${files.toLocaleString("en-US")} files`;
  return [
    toGitRow(`worktree of ${of}`, samples.creation, "git worktree add, as many files at once", 1.1),
    toGitRow(`checkpoint, ${CHANGED} of ${of} changed`, samples.checkpoint, "git status -uall", 1.5),
    toGitRow(`capture, ${CHANGED} of ${of} changed`, samples.capture, "git diff-tree of the same trees", 3),
    toGitRow(`status of ${of}`, samples.status, "git status -uall", 1.2),
  ];
}

async function measureCreation(setup: WorktreeSetup, round: number, samples: Samples): Promise<void> {
  const { db, repository, worktrees, folder } = setup;
  const sessionId = SessionId.parse(`session-bench-${round + 1}`);
  await db.write("normal", (tx) => insertSession(tx, buildSession({ id: sessionId, title: "Bench" })));
  const beside = join(folder, `plain-${round + 1}`);
  const workers = ["-c", `checkout.workers=${availableParallelism()}`];
  const ours = async () => samples.ours.push(await timed(() => worktrees.ensure(sessionId)));
  const limit = async () => {
    const argv = [...workers, "worktree", "add", "--quiet", "-b", `plain-${round + 1}`, beside];
    samples.limit.push(await timed(() => plainGit(repository.path, argv)));
  };
  // What was written last is still on its way to the disk: each is first as often as the other.
  for (const work of round % 2 === 0 ? [ours, limit] : [limit, ours]) await work();
  await rm(beside, { recursive: true });
  await rm((await worktrees.find(sessionId))!.path, { recursive: true });
}

async function measureTurn(setup: WorktreeSetup, round: number, samples: Record<"checkpoint" | "capture" | "status", Samples>) {
  const { db, git, feed, worktrees, sessionId } = setup;
  const worktree = await worktrees.ensure(sessionId);
  const capture = captureChanges({ db, git, feed, worktrees });
  const turn = { taskId: BUILT_IDS.task, chatId: BUILT_IDS.chat };
  const before = await worktrees.checkpoint(worktree, { ...turn, author: null, when: "before" });
  for (let file = 0; file < CHANGED; file += 1) await writeFile(join(worktree.path, toPath(file * 7)), `round ${round}, file ${file}\n`);
  samples.status.limit.push(await timed(() => plainGit(worktree.path, STATUS)));
  samples.status.ours.push(await timed(() => git.read(worktree.path, STATUS)));
  samples.checkpoint.limit.push(await timed(() => plainGit(worktree.path, STATUS)));
  let after = before;
  samples.checkpoint.ours.push(
    await timed(async () => {
      after = await worktrees.checkpoint((await worktrees.find(sessionId))!, { ...turn, author: BUILT_IDS.agent, when: "after" });
    }),
  );
  const task = {
    id: BUILT_IDS.task,
    chatId: BUILT_IDS.chat,
    agent: BUILT_IDS.agent,
    before: before.tree,
    after: after.tree,
    namedPaths: [],
  };
  const trees = ["diff-tree", "-r", "-z", "-M", "--raw", "--numstat", worktree.baseTree, after.tree];
  samples.capture.limit.push(await timed(() => plainGit(setup.repository.path, trees)));
  samples.capture.ours.push(await timed(() => capture(sessionId, { task })));
}

function toGitRow(name: string, samples: Samples, limitName: string, most: number): Row {
  return toRow({ name, unit: "ms", limitName, goal: { of: "ratio", is: "at_most", value: most }, samples });
}

const begin = (): Samples => ({ ours: [], limit: [] });
const toPath = (file: number) => `part-${file % 100}/file-${file}.ts`;

/** Lines as of a program, a few kilobytes each. */
function toFiles(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, file) => [toPath(file), `export const value${file} = ${file};\n`.repeat(20 + (file % 60))]),
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function plainGit(cwd: string, argv: readonly string[]): Promise<unknown> {
  const env = { PATH: "/usr/bin:/bin", HOME: cwd, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  return promisify(execFile)("git", argv, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
}
