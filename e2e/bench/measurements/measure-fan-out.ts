import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import type { SessionId } from "@boocode/shared/ids";
import { createTRPCClient, wsLink } from "@trpc/client";
import { DaemonHome, type StartedDaemon } from "../../fixture/start-daemon.ts";
import { readCpuSeconds } from "../cpu-time.ts";
import { connectTo, openSocket } from "../daemon-client.ts";
import { fillProject, fillSession, fillStream, openHome } from "../fill-home.ts";
import type { FrameRouter } from "../limits/frame-server.ts";
import { median, type Measurement, type MeasureOptions, type Row, toRow } from "../measurement.ts";
import { type StartedProgram, startProgram } from "../start-program.ts";

interface Audience {
  readers: number;
  /** The number of events each reader reads. */
  events: number;
}

/** Frame sizes for which the limit is measured; the goal refers to the first. */
const FRAMES = [20, 500] as const;

/** How fast readers catch up from the beginning of a session's journal. */
export const measureFanOut: Measurement = {
  name: "fan-out",
  async run(options) {
    const scale = options.isQuick ? 0.1 : 1;
    const audiences: Audience[] = [
      { readers: 1, events: 100_000 * scale },
      { readers: 20, events: 20_000 * scale },
    ];
    await using home = await DaemonHome.make();
    const db = await openHome(home);
    await fillProject(db);
    const sessions: SessionId[] = [];
    for (const [index, { events }] of audiences.entries()) {
      const { sessionId } = await fillSession(db, index + 1, `${events} events`);
      await fillStream(db, sessionId, events);
      sessions.push(sessionId);
    }
    await db.close();
    const daemon = await home.start();
    const memory = await startProgram("frame-server.ts", [String(Math.max(...audiences.map(({ events }) => events)))]);
    try {
      const rows: Row[] = [];
      for (const [index, audience] of audiences.entries()) {
        rows.push(...(await measureAudience(options, audience, daemon, sessions[index]!, memory)));
      }
      return rows;
    } finally {
      await memory.stop();
    }
  },
};

/** The speed of one round, and its cost to the server. */
interface Round {
  perSecond: number;
  /** Microseconds of processor time per event and reader. */
  cpuUs: number;
}

async function measureAudience(
  { rounds }: MeasureOptions,
  audience: Audience,
  daemon: StartedDaemon,
  sessionId: SessionId,
  memory: StartedProgram,
): Promise<Row[]> {
  const ours: Round[] = [];
  const limits = FRAMES.map((): Round[] => []);
  for (let round = -1; round < rounds; round += 1) {
    const fromJournal = await timeRound(daemon.pid, audience, () => subscribeToJournal(daemon, sessionId, audience));
    const fromMemory: Round[] = [];
    for (const perFrame of FRAMES) {
      fromMemory.push(await timeRound(memory.pid, audience, () => subscribeToMemory(memory.address, perFrame, audience)));
    }
    // The first round warms up both servers and is discarded.
    if (round < 0) continue;
    ours.push(fromJournal);
    for (const [index, each] of fromMemory.entries()) limits[index]!.push(each);
  }
  const who = audience.readers === 1 ? "1 subscriber" : `${audience.readers} subscribers`;
  const all = (timed: readonly Round[], key: keyof Round) => timed.map((each) => each[key]);
  return FRAMES.map((perFrame, index) =>
    toRow({
      name: `journal to ${who}`,
      unit: "/s",
      limitName: `tRPC WebSocket from memory, frames of ${perFrame}`,
      goal: { of: "ratio", is: "at_least", value: 0.5 },
      parts: { "processor µs an event": median(all(ours, "cpuUs")), "the limit's µs": median(all(limits[index]!, "cpuUs")) },
      samples: { ours: all(ours, "perSecond"), limit: all(limits[index]!, "perSecond") },
    }),
  );
}

/** Starts a reader's subscription, and calls `onFrame` for each frame. */
type Subscribe = (onFrame: (frame: SessionFrame) => void, onError: (error: Error) => void) => { unsubscribe(): void };

interface Connected extends AsyncDisposable {
  subscribes: readonly Subscribe[];
}

async function subscribeToJournal(daemon: StartedDaemon, sessionId: SessionId, { readers }: Audience): Promise<Connected> {
  const connections = new AsyncDisposableStack();
  const subscribes: Subscribe[] = [];
  for (let reader = 0; reader < readers; reader += 1) {
    const { client } = connections.use(await connectTo(daemon));
    subscribes.push((onFrame, onError) =>
      client.events.session.subscribe({ sessionId, lastEventId: "0" }, { onData: ({ data }) => onFrame(data as SessionFrame), onError }),
    );
  }
  return { subscribes, [Symbol.asyncDispose]: () => connections.disposeAsync() };
}

async function subscribeToMemory(url: string, perFrame: number, { readers, events }: Audience): Promise<Connected> {
  const connections = new AsyncDisposableStack();
  const subscribes: Subscribe[] = [];
  for (let reader = 0; reader < readers; reader += 1) {
    const socket = openSocket(url);
    connections.defer(() => socket.close());
    const client = createTRPCClient<FrameRouter>({ links: [wsLink({ client: socket })] });
    await client.isOpen.query();
    subscribes.push((onFrame, onError) =>
      client.events.subscribe({ perFrame, count: events }, { onData: ({ data }) => onFrame(data as SessionFrame), onError }),
    );
  }
  return { subscribes, [Symbol.asyncDispose]: () => connections.disposeAsync() };
}

/** Measures from the first subscription to the last reader's last event. Throws if an event is lost or repeated. */
async function timeRound(pid: number, { readers, events }: Audience, connect: () => Promise<Connected>): Promise<Round> {
  await using connected = await connect();
  const cpuBefore = readCpuSeconds(pid);
  const startedAt = performance.now();
  await Promise.all(connected.subscribes.map((subscribe) => readOne(subscribe, events)));
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpuSeconds = (readCpuSeconds(pid) ?? Number.NaN) - (cpuBefore ?? Number.NaN);
  return { perSecond: (readers * events) / seconds, cpuUs: (cpuSeconds * 1e6) / (readers * events) };
}

async function readOne(subscribe: Subscribe, events: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let last = 0;
  const subscription = subscribe((frame) => {
    if (frame.kind !== "events") return reject(new Error("A reader was told to read anew"));
    for (const { seq } of frame.events) {
      if (seq !== last + 1) return reject(new Error(`After event ${last} came ${seq}`));
      last = seq;
    }
    if (last === events) resolve();
  }, reject);
  await promise;
  subscription.unsubscribe();
}
