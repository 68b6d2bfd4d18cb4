import { setTimeout as delay } from "node:timers/promises";
import { type Browser, chromium, type Page } from "@playwright/test";
import { CHROMIUM } from "../../fixture/chromium.ts";
import { DaemonHome } from "../../fixture/start-daemon.ts";
import { fillProject, fillSession, openHome } from "../fill-home.ts";
import { type Measurement, median, type Row, toRow } from "../measurement.ts";

const SESSIONS = 200;
const WORDS = "session 117";
/** Wait after the list has appeared, by which the page has finished its other work. */
const SETTLED_MS = 1_500;
const PAUSE_MS = 150;

declare global {
  interface Window {
    /** Durations of the tasks over 50 ms so far. */
    longTasksMs?: number[];
    /** Times from a key to the frame that shows its effect. */
    keysMs?: number[];
  }
}

interface Loaded {
  /** The longest task while the page loaded; 0 if none took 50 ms. */
  longestTask: number;
  /** The median time of a key in the search. */
  key: number;
}

/** Measures the list of many sessions in Chromium: what its first drawing and a key in its search hold up. */
export const measureSidebar: Measurement = {
  name: "sidebar",
  async run({ rounds }) {
    const browser = await chromium.launch(CHROMIUM);
    try {
      const ours: Loaded[] = [];
      const limit: Loaded[] = [];
      for (let round = -1; round < rounds; round += 1) {
        const many = await load(browser, SESSIONS);
        const one = await load(browser, 1);
        // The first round warms up the daemon's code and is discarded.
        if (round < 0) continue;
        ours.push(many);
        limit.push(one);
      }
      return toRows(ours, limit);
    } finally {
      await browser.close();
    }
  },
};

function toRows(ours: readonly Loaded[], limit: readonly Loaded[]): Row[] {
  const all = (some: readonly Loaded[], key: keyof Loaded) => some.map((each) => each[key]);
  const limitName = "the page with one session";
  return [
    toRow({
      name: `longest task over 50 ms, page with ${SESSIONS} sessions`,
      unit: "ms",
      limitName,
      goal: { of: "difference", is: "at_most", value: 0 },
      samples: { ours: all(ours, "longestTask"), limit: all(limit, "longestTask") },
    }),
    toRow({
      name: `key in the search of ${SESSIONS} sessions, to its frame`,
      unit: "ms",
      limitName,
      goal: { of: "difference", is: "at_most", value: 16 },
      samples: { ours: all(ours, "key"), limit: all(limit, "key") },
    }),
  ];
}

async function load(browser: Browser, sessions: number): Promise<Loaded> {
  await using home = await DaemonHome.make();
  const db = await openHome(home);
  await fillProject(db);
  for (let number = 1; number <= sessions; number += 1) await fillSession(db, number, `Session ${number}`);
  await db.close();
  const daemon = await home.start();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(daemon.address);
  await page.getByRole("navigation", { name: "Sessions" }).locator("a[data-row]").first().waitFor();
  await delay(SETTLED_MS);
  const longestTask = await page.evaluate(() => Math.max(0, ...(window.longTasksMs ?? [])));
  const key = await type(page);
  await context.close();
  await daemon.stop();
  return { longestTask, key };
}

async function type(page: Page): Promise<number> {
  await page.getByRole("searchbox", { name: "Search sessions" }).focus();
  for (const letter of WORDS) {
    await page.keyboard.press(letter === " " ? "Space" : letter);
    await delay(PAUSE_MS);
  }
  return median(await page.evaluate(() => window.keysMs ?? []));
}

/** Runs in the page, so it must not use anything outside this function. */
function watch(): void {
  window.longTasksMs = [];
  window.keysMs = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasksMs?.push(duration);
  });
  observer.observe({ type: "longtask", buffered: true });
  const onInput = ({ timeStamp }: Event) =>
    requestAnimationFrame(() => {
      // The message arrives after the frame is painted.
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => window.keysMs?.push(performance.now() - timeStamp), { once: true });
      port1.start();
      port2.postMessage(null);
    });
  window.addEventListener("input", onInput, { capture: true });
}
