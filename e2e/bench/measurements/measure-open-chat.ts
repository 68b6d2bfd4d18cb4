import { setTimeout as delay } from "node:timers/promises";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "@playwright/test";
import { CHROMIUM } from "../../fixture/chromium.ts";
import { DaemonHome, type StartedDaemon } from "../../fixture/start-daemon.ts";
import { type FilledChat, fillChats, fillProject, openHome } from "../fill-home.ts";
import { type Measurement, type Row, toRow } from "../measurement.ts";
import { readPainted, watchFromClick, watchFromNavigation } from "../painted.ts";
import { type Traffic, watchNetwork } from "../watch-network.ts";

const LONG = [1_000, 10_000] as const;
/** Wait after the first paint, by which the page has finished its other work. */
const SETTLED_MS = 1_000;
const VIEWPORT = { width: 1280, height: 800 };

interface Opened {
  /** Times to switch to a chat for the first time. */
  unread: number[];
  /** Times to switch to a chat again. */
  read: number[];
  /** Times to open a chat by its URL in a fresh browser. */
  cold: number[];
}

/** Measures from the click or navigation until Chromium has painted the newest item of a chat. */
export const measureOpenChat: Measurement = {
  name: "open-chat",
  async run({ rounds, say }) {
    await using home = await DaemonHome.make();
    const db = await openHome(home);
    await fillProject(db);
    // The others are opened from the first chat; the second is the limit.
    const [start, ...chats] = await fillChats(db, [10, 10, ...LONG]);
    await db.close();
    const daemon = await home.start();
    const browser = await chromium.launch(CHROMIUM);
    try {
      const storageState = await admit(browser, daemon);
      const opened = new Map<FilledChat, Opened>(chats.map((chat) => [chat, { unread: [], read: [], cold: [] }]));
      const traffic: Traffic[] = [];
      for (let round = -1; round < rounds; round += 1) {
        say(`  round ${round + 1} of ${rounds}`);
        for (const [chat, times] of opened) {
          const warm = await switchTo(browser, storageState, daemon, start!, chat);
          const cold = await loadCold(browser, storageState, daemon, chat);
          // The first round warms up the daemon and is discarded.
          if (round < 0) continue;
          times.unread.push(warm.unread);
          times.read.push(warm.read);
          times.cold.push(cold.painted);
          traffic.push(cold.traffic);
        }
      }
      return toRows([...opened.values()], traffic);
    } finally {
      await browser.close();
    }
  },
};

function toRows([limit, ...long]: readonly Opened[], traffic: readonly Traffic[]): Row[] {
  const limitName = "a chat of 10 items";
  const rows = long.flatMap((ours, index) => {
    const items = LONG[index]!.toLocaleString("en-US");
    const row = (name: string, kind: keyof Opened, goal: Row["goal"]) =>
      toRow({ name, unit: "ms", limitName, goal, samples: { ours: ours[kind], limit: limit![kind] } });
    return [
      // CloudCLI takes 1.6 s for 1,000 messages: 0.15 of it, and as fast at 10,000.
      row(`open ${items} items, warm page`, "unread", { of: "ours", is: "at_most", value: 240 }),
      // opencode web takes 153 ms: 0.3 of it.
      row(`switch to ${items} items read before`, "read", { of: "ours", is: "at_most", value: 46 }),
      row(`open ${items} items, cold load`, "cold", { of: "ratio", is: "at_most", value: 1.25 }),
    ];
  });
  const external = new Set(traffic.flatMap((each) => each.external));
  return [
    ...rows,
    toRow({
      name: "JavaScript before a chat paints",
      unit: "kB",
      limitName: "Cline Kanban, not in this run",
      goal: { of: "ratio", is: "at_most", value: 0.35 },
      samples: { ours: traffic.map(({ scriptBytes }) => scriptBytes / 1_000), limit: [696] },
    }),
    toRow({
      name: "requests before a chat paints",
      unit: "requests",
      limitName: "opencode web, not in this run",
      goal: { of: "ours", is: "at_most", value: 15 },
      parts: { "to other servers": external.size },
      samples: { ours: traffic.map(({ requests }) => requests), limit: [33] },
    }),
  ];
}

type StorageState = Exclude<BrowserContextOptions["storageState"], string | undefined>;

/** Opens the printed address once, so that the browser gets its own token. */
async function admit(browser: Browser, daemon: StartedDaemon): Promise<StorageState> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.goto(daemon.address);
  await page.getByRole("navigation", { name: "Sessions" }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

const toAddress = (daemon: StartedDaemon, { sessionId, chatId }: FilledChat) => `${daemon.origin}/session/${sessionId}/${chatId}`;

async function switchTo(
  browser: Browser,
  storageState: StorageState,
  daemon: StartedDaemon,
  start: FilledChat,
  chat: FilledChat,
): Promise<{ unread: number; read: number }> {
  const context = await browser.newContext({ viewport: VIEWPORT, storageState });
  const page = await context.newPage();
  await watchFromNavigation(page, start.lastWords);
  await page.goto(toAddress(daemon, start), { waitUntil: "commit" });
  await readPainted(page);
  await delay(SETTLED_MS);
  const unread = await clickTab(page, chat);
  await clickTab(page, start);
  const read = await clickTab(page, chat);
  await context.close();
  return { unread, read };
}

async function clickTab(page: Page, { title, lastWords }: FilledChat): Promise<number> {
  await watchFromClick(page, lastWords);
  await page.getByRole("tab", { name: title }).click();
  const painted = await readPainted(page);
  await delay(SETTLED_MS / 2);
  return painted;
}

async function loadCold(
  browser: Browser,
  storageState: StorageState,
  daemon: StartedDaemon,
  chat: FilledChat,
): Promise<{ painted: number; traffic: Traffic }> {
  const context = await browser.newContext({ viewport: VIEWPORT, storageState });
  const page = await context.newPage();
  const readTraffic = await watchNetwork(page, daemon.origin);
  await watchFromNavigation(page, chat.lastWords);
  await page.goto(toAddress(daemon, chat), { waitUntil: "commit" });
  const painted = await readPainted(page);
  const traffic = readTraffic();
  await context.close();
  return { painted, traffic };
}
