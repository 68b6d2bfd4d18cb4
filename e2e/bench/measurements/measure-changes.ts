import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { AgentId, PromptId, type ChangeId, type SessionId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { chromium, type Browser } from "@playwright/test";
import { CHROMIUM } from "../../fixture/chromium.ts";
import { DaemonHome, type StartedDaemon } from "../../fixture/start-daemon.ts";
import { callOver } from "../daemon-client.ts";
import { type Measurement, type Row, toRow } from "../measurement.ts";
import { openDiff, scrollDiff } from "../watch-diff.ts";

const run = promisify(execFile);

const LINES = 10_000;
const FILES = 40;
const FILE_LINES = 250;
const APPLIED = 300;
const FRAMES_A_SECOND = 60;
const VIEWPORT = { width: 1500, height: 900 };

/** A line of 84 bytes with its end, like those of a program. */
const toLine = (line: number, word: string) => `${`  const ${word}${line} = compute(${line}, "with an argument");`.padEnd(83, " /")}\n`;
const toText = (lines: number, word: string) => Array.from({ length: lines }, (_, line) => toLine(line, word)).join("");

/** A session whose worktree can be written to by hand. */
interface Setup {
  daemon: StartedDaemon;
  repository: string;
  worktree: string;
  sessionId: SessionId;
  chatId: string;
  /** Where the daemon keeps contents until what was applied is durable. */
  aheadDir: string;
}

/** Measures how long changes take to be shown, scrolled and applied, against plain git on the same files. */
export const measureChanges: Measurement = {
  name: "changes",
  async run({ rounds, say }) {
    const files = Object.fromEntries(Array.from({ length: FILES }, (_, file) => [`src/part-${file}.ts`, toText(FILE_LINES, "old")]));
    await using repository = await createRepository({ ...files, "long.ts": "" });
    await using home = await DaemonHome.make();
    const daemon = await home.start();
    const setup = { ...(await openSession(daemon, repository.path)), aheadDir: join(home.storeDir, "edits") };
    const browser = await chromium.launch(CHROMIUM);
    try {
      return [
        ...(await measureLong(setup, browser, rounds, say)),
        await measureMany(setup, rounds, say),
        await measureApply(setup, rounds, say),
      ];
    } finally {
      await browser.close();
    }
  },
};

async function openSession(daemon: StartedDaemon, repository: string): Promise<Omit<Setup, "aheadDir">> {
  const client = callOver(daemon);
  const project = await client.projects.add.mutate({ path: repository });
  const session = await client.sessions.create.mutate({ projectId: project.id, title: "Changes" });
  const agent = AgentId.parse("boocode");
  const promptId = PromptId.parse(`prompt-${randomUUID()}`);
  const { taskId, chatId } = await client.tasks.send.mutate({ promptId, chatId: null, sessionId: session.id, agent, text: "hello" });
  // The first prompt makes the worktree.
  for (;;) {
    const task = (await client.tasks.list.query({ sessionId: session.id })).find(({ id }) => id === taskId);
    if (task?.endedAt != null) break;
    await delay(50);
  }
  const [made] = await client.sessions.list.query({ projectId: project.id });
  if (!made?.worktree) throw new Error("The session has no worktree");
  return { daemon, repository, worktree: made.worktree.path, sessionId: session.id, chatId };
}

async function change({ daemon, worktree, sessionId }: Setup, files: Readonly<Record<string, string>>): Promise<Map<string, ChangeId>> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(worktree, path)), { recursive: true });
    await writeFile(join(worktree, path), text);
  }
  const client = callOver(daemon);
  await client.pendingChanges.refresh.mutate({ sessionId });
  const rows = await client.pendingChanges.list.query({ sessionId });
  return new Map(rows.flatMap(({ path, id }) => (path in files ? [[path, id]] : [])));
}

async function measureLong(setup: Setup, browser: Browser, rounds: number, say: (text: string) => void): Promise<Row[]> {
  const { daemon, worktree, sessionId, chatId } = setup;
  const shown = { ours: [] as number[], limit: [] as number[] };
  const frames = { ours: [] as number[], limit: [] as number[] };
  let late = 0;
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.goto(daemon.address);
  await page.getByRole("navigation", { name: "Sessions" }).waitFor();
  await page.goto(`${daemon.origin}/session/${sessionId}/${chatId}`);
  // The first round loads what the daemon and the page load once, and is discarded.
  for (let round = -1; round < rounds; round += 1) {
    say(`  10,000 lines, round ${round + 1} of ${rounds}`);
    const word = `new${round + 1}x`;
    await change(setup, { "long.ts": toText(LINES, word) });
    const opened = await openDiff(page, { path: "long.ts", words: `const ${word}0 = ` });
    const plain = await timed(() => run("git", ["diff", "--no-ext-diff", "--", "long.ts"], { cwd: worktree, maxBuffer: 64 * 1024 * 1024 }));
    const scrolled = await scrollDiff(page);
    if (round < 0) continue;
    shown.ours.push(opened);
    shown.limit.push(plain);
    frames.ours.push(scrolled.framesPerSecond);
    frames.limit.push(FRAMES_A_SECOND);
    late += scrolled.late;
  }
  await context.close();
  return [
    toRow({
      name: "10,000 changed lines, from the click to the first paint",
      unit: "ms",
      limitName: "git diff of the same file",
      goal: { of: "ours", is: "at_most", value: 100 },
      samples: shown,
    }),
    toRow({
      name: "scrolling through them, frames",
      unit: "/s",
      limitName: "a screen's 60",
      goal: { of: "ratio", is: "at_least", value: 0.95 },
      parts: { "late frames in all rounds": late },
      samples: frames,
    }),
  ];
}

async function measureMany(setup: Setup, rounds: number, say: (text: string) => void): Promise<Row> {
  const client = callOver(setup.daemon);
  const samples = { ours: [] as number[], limit: [] as number[] };
  for (let round = -1; round < rounds; round += 1) {
    say(`  40 files, round ${round + 1} of ${rounds}`);
    const texts = Array.from({ length: FILES }, (_, file) => [`src/part-${file}.ts`, toText(FILE_LINES, `r${round + 1}f${file}x`)]);
    const ids = await change(setup, Object.fromEntries(texts) as Record<string, string>);
    const ours = await timed(() => client.pendingChanges.diffs.query({ sessionId: setup.sessionId, changeIds: [...ids.values()] }));
    const plain = await timed(() =>
      run("git", ["diff", "--no-ext-diff", "--", "src"], { cwd: setup.worktree, maxBuffer: 64 * 1024 * 1024 }),
    );
    if (round < 0) continue;
    samples.ours.push(ours);
    samples.limit.push(plain);
  }
  return toRow({
    name: "diffs and authors of 40 files of 250 lines",
    unit: "ms",
    limitName: "git diff of the same files",
    goal: { of: "ours", is: "at_most", value: 120 },
    samples,
  });
}

/**
 * Git applies the same files to a clone, in turn before and after us. Nothing is deleted on the way: creating a file takes a file system
 * several times as long where others have just been deleted, and whoever comes second would pay for the first. For the same reason nothing
 * goes on until our files are durable, which follows behind the answer and is told apart.
 */
async function measureApply(setup: Setup, rounds: number, say: (text: string) => void): Promise<Row> {
  const client = callOver(setup.daemon);
  const clone = join(dirname(setup.worktree), "clone");
  await run("git", ["clone", "--quiet", setup.repository, clone]);
  const behind: number[] = [];
  const samples = { ours: [] as number[], limit: [] as number[] };
  for (let round = -1; round < rounds; round += 1) {
    say(`  300 files to apply, round ${round + 1} of ${rounds}`);
    const folder = `round-${round + 1}`;
    const texts = Array.from({ length: APPLIED }, (_, file) => [`${folder}/file-${file}.ts`, toText(20, `f${file}x`)]);
    const ids = await change(setup, Object.fromEntries(texts) as Record<string, string>);
    await run("git", ["add", "--intent-to-add", "--", folder], { cwd: setup.worktree });
    const { stdout: patch } = await run("git", ["diff", "--binary", "--", folder], { cwd: setup.worktree, maxBuffer: 64 * 1024 * 1024 });
    await run("git", ["rm", "-r", "--cached", "--quiet", "--", folder], { cwd: setup.worktree });
    const file = join(dirname(setup.worktree), `${folder}.patch`);
    await writeFile(file, patch);
    const applyPlain = () => timed(() => run("git", ["apply", file], { cwd: clone }));
    const before = round % 2 === 0 ? await applyPlain() : null;
    const ours = await timed(() => client.pendingChanges.apply.mutate({ sessionId: setup.sessionId, changeIds: [...ids.values()] }));
    const settled = await timed(() => settleFiles(setup.aheadDir));
    const plain = before ?? (await applyPlain());
    if (round < 0) continue;
    samples.ours.push(ours);
    samples.limit.push(plain);
    behind.push(settled);
  }
  return toRow({
    name: "apply of 300 files, journaled",
    unit: "ms",
    limitName: "git apply of the same",
    goal: { of: "ratio", is: "at_most", value: 3 },
    parts: { "until the files themselves are durable, at most (ms)": Math.round(Math.max(...behind)) },
    samples,
  });
}

/** Resolves once the files of what was applied are durable. */
async function settleFiles(aheadDir: string): Promise<void> {
  while ((await readdir(aheadDir).catch(() => [])).length > 0) await delay(5);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
