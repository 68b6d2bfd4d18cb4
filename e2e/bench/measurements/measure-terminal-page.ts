import { setTimeout as delay } from "node:timers/promises";
import type { SessionId, TerminalId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { type Browser, chromium, type Page } from "@playwright/test";
import { CHROMIUM } from "../../fixture/chromium.ts";
import { DaemonHome, type StartedDaemon } from "../../fixture/start-daemon.ts";
import { callOver } from "../daemon-client.ts";
import { openEchoPage } from "../limits/echo-page.ts";
import { type Measurement, median, toRow } from "../measurement.ts";
import { ECHO, openRaw, quantile, timeEchoes } from "../typist.ts";
import { watchTerminals } from "../watch-terminals.ts";

const LINE = "The quick brown fox jumps over the lazy dog, again and again, until this line is a hundred bytes.";
/** Between two keys, so that they meet the browser's frames at all moments. */
const PAUSES_MS = [41, 47, 53, 59, 67];
const VIEWPORT = { width: 1600, height: 900 };

interface Round {
  /** From each key to the frame that shows its echo, with nothing else going on. */
  keys: number[];
  /** The same for a plain pseudoterminal in an empty page. */
  plain: number[];
  /** From each key to its echo from a plain pseudoterminal, without a page. */
  raw: number[];
  /** The same as `keys`, in the terminal beside the one that the output flows in. */
  keysMeanwhile: number[];
  /** Tasks over 50 ms, while the output flows. */
  longTasks: number[];
  floodMs: number;
}

/** Measures terminals in Chromium: how soon a key is seen, and whether the page stalls while very much output flows. */
export const measureTerminalPage: Measurement = {
  name: "terminal-page",
  async run({ isQuick, rounds, say }) {
    const [keys, megabytes] = isQuick ? [20, 10] : [150, 100];
    await using repository = await createRepository();
    await using home = await DaemonHome.make({ SHELL: "/bin/sh", PS1: "" });
    const daemon = await home.start();
    // Drawn without a GPU, a screen is slower, and its text can be looked at.
    const browser = await chromium.launch({ ...CHROMIUM, args: [...CHROMIUM.args, "--disable-3d-apis"] });
    const all: Round[] = [];
    try {
      const api = callOver(daemon);
      const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
      for (let round = -1; round < Math.min(rounds, 3); round += 1) {
        say(`  ${megabytes} MB in the page, round ${round + 1}`);
        const { id: sessionId } = await api.sessions.create.mutate({ projectId });
        const measured = await measure(browser, daemon, sessionId, { keys, megabytes, cwd: repository.path });
        // The first round warms up everything and is discarded.
        if (round >= 0) all.push(measured);
      }
    } finally {
      await browser.close();
      await daemon.stop();
    }
    const at = (of: (round: Round) => number[], part: number) => all.map((round) => quantile(of(round), part));
    const echo = (part: number, words: string) =>
      toRow({
        name: `keystroke to echo in the page, ${words}`,
        unit: "ms",
        limitName: "a plain pseudoterminal in an empty page",
        goal: { of: "difference", is: "at_most", value: 10 },
        parts: { "a plain pseudoterminal without a page, ms": median(at(({ raw }) => raw, part)).toFixed(1) },
        samples: { ours: at((round) => round.keys, part), limit: at(({ plain }) => plain, part) },
      });
    return [
      echo(0.5, "p50"),
      echo(0.95, "p95"),
      toRow({
        name: `longest task while ${megabytes} MB of output flow in the page`,
        unit: "ms",
        limitName: "a task that counts as long",
        goal: { of: "difference", is: "at_most", value: 50 },
        parts: {
          "long tasks": all.reduce((sum, { longTasks }) => sum + longTasks.length, 0),
          "the output, ms": Math.round(median(all.map(({ floodMs }) => floodMs))),
        },
        samples: { ours: all.map(({ longTasks }) => Math.max(50, ...longTasks)), limit: all.map(() => 50) },
      }),
      toRow({
        name: `keystroke to echo beside ${megabytes} MB of output, p95`,
        unit: "ms",
        limitName: "the same with nothing beside it",
        goal: { of: "difference", is: "at_most", value: 100 },
        parts: { "keys meanwhile": all.reduce((sum, { keysMeanwhile }) => sum + keysMeanwhile.length, 0) },
        samples: { ours: at(({ keysMeanwhile }) => keysMeanwhile, 0.95), limit: at((round) => round.keys, 0.95) },
      }),
    ];
  },
};

async function measure(
  browser: Browser,
  daemon: StartedDaemon,
  sessionId: SessionId,
  { keys, megabytes, cwd }: { keys: number; megabytes: number; cwd: string },
): Promise<Round> {
  const api = callOver(daemon);
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.addInitScript(watchTerminals);
  await page.goto(daemon.address);
  await page.getByRole("navigation", { name: "Sessions" }).waitFor();
  await page.goto(`${daemon.origin}/session/${sessionId}`);
  await page.getByRole("button", { name: "New terminal" }).click();
  await page.getByRole("region", { name: "Terminal" }).waitFor();
  await page.getByRole("button", { name: "Split pane" }).first().click();
  await page.getByRole("menuitem", { name: "Terminal", exact: true }).click();
  const echoing = page.getByRole("region", { name: "Terminal" }).last();
  await echoing.locator(".xterm-rows").waitFor();
  const terminals = await untilTwo(() => api.terminals.list.query({ sessionId }));
  const [flooding, typed] = terminals.map(({ id }) => id) as [TerminalId, TerminalId];
  // It is listed a moment before its shell runs.
  while (
    !(await api.terminals.write.mutate({ terminalId: typed, text: `${ECHO}\n` }).then(
      () => true,
      () => false,
    ))
  )
    await delay(50);
  await echoing.locator(".xterm-rows", { hasText: "ready" }).waitFor();
  await echoing.locator(".xterm-helper-textarea").focus();

  for (let key = 0; key < 5; key += 1) await press(page, key);
  await page.evaluate(() => void (window.echoesMs = []));
  for (let key = 0; key < keys; key += 1) await press(page, key);
  const alone = await page.evaluate(() => window.echoesMs!.splice(0));

  const startedAt = performance.now();
  await page.evaluate(() => void (window.longTasksMs = []));
  const flood = `yes '${LINE}' | head -c ${megabytes * 1_000_000}; echo flow''ed\n`;
  await api.terminals.write.mutate({ terminalId: flooding, text: flood });
  const flowed = page.getByRole("region", { name: "Terminal" }).first().locator(".xterm-rows", { hasText: "flowed" });
  const isOver = { now: false };
  const over = flowed.waitFor({ timeout: 300_000 }).then(() => (isOver.now = true));
  for (let key = 0; !isOver.now; key += 1) await press(page, key);
  await over;
  const floodMs = performance.now() - startedAt;
  const { meanwhile, longTasks } = await page.evaluate(() => ({ meanwhile: window.echoesMs!, longTasks: window.longTasksMs! }));
  const plain = await timePlain(await context.newPage(), cwd, keys);
  await context.close();
  for (const { id } of terminals) await api.terminals.close.mutate({ terminalId: id, force: true });

  const pty = openRaw(cwd);
  const raw = await timeEchoes(pty, keys);
  await pty.close();
  return { keys: alone, plain, raw, keysMeanwhile: meanwhile, longTasks, floodMs };
}

/** Presses a key, and waits until its echo is seen. */
async function press(page: Page, key: number): Promise<void> {
  const before = await page.evaluate(() => window.echoesMs!.length);
  await page.keyboard.press(String.fromCharCode(97 + (key % 26)));
  await page.waitForFunction((known) => window.echoesMs!.length > known, before, { polling: 5, timeout: 60_000 });
  await delay(PAUSES_MS[key % PAUSES_MS.length]);
}

/** The time from each key to its echo, from a plain pseudoterminal in an empty page. */
async function timePlain(page: Page, cwd: string, keys: number): Promise<number[]> {
  const { url, close } = await openEchoPage(cwd);
  try {
    await page.addInitScript(watchTerminals);
    await page.goto(url);
    await page.locator(".xterm:focus").waitFor({ state: "attached" });
    for (let key = 0; key < keys; key += 1) await press(page, key);
    return await page.evaluate(() => window.echoesMs!);
  } finally {
    await close();
  }
}

async function untilTwo<T>(list: () => Promise<T[]>): Promise<T[]> {
  for (;;) {
    const found = await list();
    if (found.length === 2) return found;
    await delay(50);
  }
}
