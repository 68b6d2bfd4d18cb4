import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as turnOfLoop, setTimeout as delay } from "node:timers/promises";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { NewChatEvent } from "@boocode/shared/chats/chat-event";
import type { SessionId } from "@boocode/shared/ids";
import BetterSqlite3 from "better-sqlite3";
import { DaemonHome } from "../../fixture/start-daemon.ts";
import { fillProject, fillSession, openHome, toDatabaseFile } from "../fill-home.ts";
import { median, type Measurement, type MeasureOptions, type Row, toRow } from "../measurement.ts";
import { streamedNewEvents } from "../streamed-events.ts";

/** The batch size of the recorder: see `event-recorder.ts`. */
const BATCH_EVENTS = 200;
const WINDOW_MS = 16;
const LOOP_RESOLUTION_MS = 1;
const LIMIT_NAME = "better-sqlite3 alone, the same rows into the same tables";

/** Stores one batch so that it survives the death of the process. */
type Append = (from: number, count: number) => void | Promise<void>;

interface Pace {
  perSecond: number;
  /** The limit of the event loop's delay at the 99th percentile. */
  goalMs: number;
}

const PACES: readonly Pace[] = [
  { perSecond: 1_000, goalMs: 20 },
  { perSecond: 10_000, goalMs: 50 },
];

/** Measures how fast events become durable, and how long they delay the event loop. */
export const measureJournal: Measurement = {
  name: "journal",
  async run(options) {
    const rows = [await measureFullRate(options)];
    for (const pace of PACES) rows.push(await measurePace(options, pace));
    return rows;
  },
};

async function measureFullRate({ rounds, isQuick }: MeasureOptions): Promise<Row> {
  const count = isQuick ? 10_000 : 60_000;
  const ours: { perSecond: number; perCpuSecond: number; loopP99: number }[] = [];
  const limit: typeof ours = [];
  await eachRound(rounds, count, async (append, isOurs) => {
    const loop = watchLoop();
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    for (let from = 0; from < count; from += BATCH_EVENTS) {
      await append(from, BATCH_EVENTS);
      // Events come from outside, so the event loop runs between two batches.
      await turnOfLoop();
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    (isOurs ? ours : limit).push({ perSecond: count / seconds, perCpuSecond: (count * 1e6) / (user + system), loopP99: loop.p99() });
  });
  return toRow({
    name: `journal, batches of ${BATCH_EVENTS}`,
    unit: "/s",
    limitName: LIMIT_NAME,
    goal: { of: "ours", is: "at_least", value: 30_000 },
    parts: {
      "a processor second": median(ours.map(({ perCpuSecond }) => perCpuSecond)),
      "the limit's": median(limit.map(({ perCpuSecond }) => perCpuSecond)),
      "event loop p99 ms": median(ours.map(({ loopP99 }) => loopP99)),
      "the limit's p99 ms": median(limit.map(({ loopP99 }) => loopP99)),
    },
    samples: { ours: ours.map(({ perSecond }) => perSecond), limit: limit.map(({ perSecond }) => perSecond) },
  });
}

/** Sends events at an even pace and stores each window's events together, as the recorder does. */
async function measurePace({ rounds, isQuick }: MeasureOptions, { perSecond, goalMs }: Pace): Promise<Row> {
  const seconds = isQuick ? 0.5 : 2;
  const count = perSecond * seconds;
  const ours: { loopP99: number; slowest: number }[] = [];
  const limit: typeof ours = [];
  await eachRound(rounds, count, async (append, isOurs) => {
    const loop = watchLoop();
    const startedAt = performance.now();
    let slowest = 0;
    for (let stored = 0; stored < count;) {
      await delay(WINDOW_MS);
      const due = Math.min(count, Math.floor(((performance.now() - startedAt) / 1_000) * perSecond));
      while (stored < due) {
        const batch = Math.min(BATCH_EVENTS, due - stored);
        const begunAt = performance.now();
        await append(stored, batch);
        slowest = Math.max(slowest, performance.now() - begunAt);
        stored += batch;
      }
    }
    (isOurs ? ours : limit).push({ loopP99: loop.p99(), slowest });
  });
  return toRow({
    name: `event loop p99 at ${perSecond.toLocaleString("en-US")} events/s`,
    unit: "ms",
    limitName: LIMIT_NAME,
    goal: { of: "ours", is: "at_most", value: goalMs },
    parts: {
      "slowest append ms": median(ours.map(({ slowest }) => slowest)),
      "the limit's ms": median(limit.map(({ slowest }) => slowest)),
    },
    samples: { ours: ours.map(({ loopP99 }) => loopP99), limit: limit.map(({ loopP99 }) => loopP99) },
  });
}

/** Runs `work` with our store and with SQLite alone in turn, each time over a database of its own. */
async function eachRound(rounds: number, count: number, work: (append: Append, isOurs: boolean) => Promise<void>): Promise<void> {
  const newEvents = streamedNewEvents(count);
  // The first round warms up the compiler and is discarded.
  for (let round = -1; round < rounds; round += 1) {
    const isKept = round >= 0;
    await using ourHome = await DaemonHome.make();
    const { append, close, sessionId } = await openStore(ourHome, newEvents);
    await (isKept ? work(append, true) : append(0, count));
    await close();

    await using rawHome = await DaemonHome.make();
    const raw = await openRaw(rawHome, readRows(ourHome, sessionId));
    await (isKept ? work(raw.append, false) : raw.append(0, count));
    raw.close();
  }
}

async function openStore(home: DaemonHome, newEvents: readonly NewChatEvent[]) {
  const db = await openHome(home);
  await fillProject(db);
  const { sessionId } = await fillSession(db, 1, "Stream");
  const append = async (from: number, count: number) => {
    const batch = newEvents.slice(from, from + count);
    await db.write("normal", (tx, announce) => appendChatEvents(tx, announce, sessionId, batch));
  };
  return { sessionId, append, close: () => db.close() };
}

/** Reads the rows as our store wrote them, in order. */
function readRows(home: DaemonHome, sessionId: SessionId): unknown[][] {
  const database = new BetterSqlite3(toDatabaseFile(home), { readonly: true });
  const rows = database.prepare("select * from chat_events where session_id = ? order by seq").raw().all(sessionId) as unknown[][];
  database.close();
  return rows;
}

/** Opens a database with the same schema and none of our code between the rows and SQLite. */
async function openRaw(home: DaemonHome, rows: readonly unknown[][]) {
  const db = await openHome(home);
  await fillProject(db);
  await fillSession(db, 1, "Stream");
  await db.close();
  const database = new BetterSqlite3(toDatabaseFile(home));
  database.pragma("journal_mode = wal");
  database.pragma("synchronous = normal");
  database.pragma("foreign_keys = on");
  const insert = database.prepare(`insert into chat_events values (${Array.from(rows[0]!, () => "?").join(", ")})`);
  const append = database.transaction((from: number, count: number) => {
    for (let index = from; index < from + count; index += 1) insert.run(...rows[index]!);
  });
  return { append: (from: number, count: number) => append.immediate(from, count), close: () => database.close() };
}

/** Measures the event loop's delays from now until `p99` is called, in milliseconds, without the timer's own interval. */
function watchLoop(): { p99(): number } {
  const histogram = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  histogram.enable();
  return {
    p99: () => {
      histogram.disable();
      return Math.max(0, histogram.percentile(99) / 1e6 - LOOP_RESOLUTION_MS);
    },
  };
}
