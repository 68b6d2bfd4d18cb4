import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { SessionId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { DaemonHome, type StartedDaemon } from "../../fixture/start-daemon.ts";
import { callOver } from "../daemon-client.ts";
import { type Measurement, type Row, toRow } from "../measurement.ts";
import { toPath } from "../write-many-files.ts";

const run = promisify(execFile);
const FILLER = join(import.meta.dirname, "../write-many-files.ts");
/** All that are listed. */
const FILES = 10_000;
const FEW = 1_000;
/** Each round writes every file six times: ours, git's, and the next round's. */
const MOST_ROUNDS = 3;
const PROBE_MS = 4;
/** Longest time without an answer that nobody notices, in milliseconds. */
const UNNOTICED_MS = 500;

type Samples = Row["samples"] & { ours: number[]; limit: number[] };
const begin = (): Samples => ({ ours: [], limit: [] });

interface Setup {
  daemon: StartedDaemon;
  sessionId: SessionId;
  worktree: string;
  /** A clone of the project, in which plain git works. */
  clone: string;
  files: number;
}

/**
 * Measures a session in which every file of a large project has changed: how long it is until they are listed, applied and rejected, and
 * how long the daemon answers nobody meanwhile.
 */
export const measureManyChanges: Measurement = {
  name: "many-changes",
  async run({ isQuick, rounds, say }) {
    const files = isQuick ? FEW : FILES;
    await using repository = await createRepository({ "README.md": "Many files\n" });
    await run(process.execPath, [FILLER, repository.path, String(files)]);
    await repository.commit("Many files");
    await using home = await DaemonHome.make();
    const daemon = await home.start();
    const setup = { ...(await openSession(daemon, repository.path)), daemon, files };
    return await measureRounds(setup, Math.min(rounds, MOST_ROUNDS), say);
  },
};

async function openSession(daemon: StartedDaemon, repository: string): Promise<Pick<Setup, "sessionId" | "worktree" | "clone">> {
  const { projects, sessions, pendingChanges } = callOver(daemon);
  const project = await projects.add.mutate({ path: repository });
  const { id: sessionId } = await sessions.create.mutate({ projectId: project.id, title: "Many changes" });
  // The first thing that is staged makes the worktree.
  const { changeId } = await pendingChanges.add.mutate({ sessionId, path: "first.txt", content: "first\n", baseOid: null });
  await pendingChanges.reject.mutate({ sessionId, changeIds: [changeId!] });
  const worktree = (await sessions.list.query({ projectId: project.id }))[0]!.worktree!.path;
  const clone = join(dirname(worktree), "clone");
  await run("git", ["clone", "--quiet", "--no-hardlinks", repository, clone]);
  return { sessionId, worktree, clone };
}

async function measureRounds(setup: Setup, rounds: number, say: (text: string) => void): Promise<Row[]> {
  const { daemon, sessionId, worktree, clone, files } = setup;
  const { pendingChanges } = callOver(daemon);
  const [captured, listed, applied, rejected, unanswered] = [begin(), begin(), begin(), begin(), begin()];
  // The first round warms the disk's cache, and is discarded.
  for (let round = -1; round < rounds; round += 1) {
    say(`  ${files} changed files, round ${round + 1} of ${rounds}`);
    for (const root of [worktree, clone]) await editAll(root, files, `round${round + 1}`);
    const plainCapture = await timed(() => run("git", ["add", "--all"], { cwd: clone }));
    const plainList = await timed(() =>
      run("git", ["diff", "--cached", "--raw", "--numstat", "-z"], { cwd: clone, maxBuffer: 64 * 2 ** 20 }),
    );
    const patch = join(dirname(clone), "all.patch");
    const { stdout } = await run("git", ["diff", "--cached", "--binary"], { cwd: clone, maxBuffer: 256 * 2 ** 20 });
    await writeFile(patch, stdout);
    const plainReject = await timed(() => run("git", ["reset", "--quiet", "--hard"], { cwd: clone }));
    const plainApply = await timed(() => run("git", ["apply", patch], { cwd: clone }));
    await run("git", ["commit", "--quiet", "--all", "--message", `Round ${round + 1}`], { cwd: clone });

    const probe = beginProbe(daemon);
    const refresh = await timed(() => pendingChanges.refresh.mutate({ sessionId }));
    const [list, rows] = await timedResult(() => pendingChanges.list.query({ sessionId }));
    if (rows.length !== files) throw new Error(`${rows.length} of ${files} files are listed`);
    const input = { sessionId, changeIds: rows.map(({ id }) => id) };
    const [rejecting, { rejectId }] = await timedResult(() => pendingChanges.reject.mutate(input));
    await pendingChanges.undoReject.mutate({ sessionId, rejectId });
    const applying = await timed(() => pendingChanges.apply.mutate(input));
    const longest = await probe.end();
    if (round < 0) continue;
    const pairs = [
      [captured, refresh, plainCapture],
      [listed, list, plainList],
      [rejected, rejecting, plainReject],
      [applied, applying, plainApply],
      [unanswered, longest, UNNOTICED_MS],
    ] as const;
    for (const [samples, ours, limit] of pairs) {
      samples.ours.push(ours);
      samples.limit.push(limit);
    }
  }
  const of = `${files.toLocaleString("en-US")} changed files`;
  const atMost = (value: number) => ({ of: "ratio", is: "at_most", value }) as const;
  return [
    toRow({ name: `${of}: found and listed anew`, unit: "ms", limitName: "git add of the same", goal: atMost(2), samples: captured }),
    toRow({ name: `${of}: read as a list`, unit: "ms", limitName: "git diff --raw --numstat", goal: atMost(2), samples: listed }),
    toRow({ name: `${of}: applied, journaled`, unit: "ms", limitName: "git apply of the same", goal: atMost(5), samples: applied }),
    toRow({ name: `${of}: rejected, journaled`, unit: "ms", limitName: "git reset --hard", goal: atMost(10), samples: rejected }),
    toRow({
      name: `${of}: the longest without an answer meanwhile`,
      unit: "ms",
      limitName: "what nobody notices",
      goal: { of: "ours", is: "at_most", value: UNNOTICED_MS },
      samples: unanswered,
    }),
  ];
}

async function editAll(root: string, files: number, word: string): Promise<void> {
  for (let file = 0; file < files; file += 1) {
    await writeFile(join(root, toPath(file)), `export const value${file} = "${word}";\n`.repeat(20 + (file % 60)));
  }
}

/** Asks the daemon again and again; `end` returns how long the slowest answer took, in milliseconds. */
function beginProbe({ origin }: StartedDaemon): { end(): Promise<number> } {
  let isOver = false;
  let longest = 0;
  const probing = (async () => {
    while (!isOver) {
      longest = Math.max(longest, await timed(() => fetch(`${origin}/api/health`)));
      await delay(PROBE_MS);
    }
  })();
  return {
    async end() {
      isOver = true;
      await probing;
      return longest;
    },
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  return (await timedResult(work))[0];
}

async function timedResult<T>(work: () => Promise<T>): Promise<[number, T]> {
  const startedAt = performance.now();
  const result = await work();
  return [performance.now() - startedAt, result];
}
