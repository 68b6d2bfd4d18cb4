import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { SessionId, type Seq } from "@boocode/shared/ids";
import { BUILT_IDS, buildChat, buildProject, buildSession } from "@boocode/shared/testing/build";
import { expect, it, onTestFinished } from "vitest";
import { Feed } from "../../feed/feed.ts";
import type { Reader, ReaderLimits } from "./back-pressure.ts";
import { EventStream } from "./event-stream.ts";

const SESSION = BUILT_IDS.session;
type Place = { seq: Seq; frame: SessionFrame };

it("gives what is there, then what comes, densely and once, however the writes fall", async () => {
  const { stream, append } = await setUp();
  await append(3);
  const reader = openReader();
  const frames = stream.session(SESSION, 1, reader);
  expect(seqsOf(await next(frames))).toEqual([2, 3]);
  const waiting = next(frames);
  await append(1);
  expect(seqsOf(await waiting)).toEqual([4]);
  // Nobody waits now: both writes are found by the next read.
  await append(2);
  await append(1);
  expect(seqsOf(await next(frames))).toEqual([5, 6, 7]);
  const last = frames.next();
  reader.abort();
  expect(await last).toMatchObject({ done: true });
});

it("sends at most 500 events a frame, each tracked by its last seq", async () => {
  const { stream, append } = await setUp();
  await append(1_201);
  const frames = stream.session(SESSION, 0, openReader());
  const places = [await next(frames), await next(frames), await next(frames)];
  expect(places.map((place) => [place.seq, seqsOf(place).length])).toEqual([
    [500, 500],
    [1_000, 500],
    [1_201, 201],
  ]);
});

it("sends at most about a megabyte a frame, and a larger event alone", async () => {
  const { stream, append } = await setUp();
  await append(3, "x".repeat(300_000));
  await append(1, "y".repeat(2_000_000));
  await append(1);
  const frames = stream.session(SESSION, 0, openReader());
  expect([seqsOf(await next(frames)), seqsOf(await next(frames)), seqsOf(await next(frames))]).toEqual([[1, 2, 3], [4], [5]]);
});

it("reads once for all who follow together, whether they catch up or wait for what comes", async () => {
  const { stream, append } = await setUp();
  await append(1_100);
  const readers = [openReader(), openReader(), openReader()].map((reader) => stream.session(SESSION, 0, reader));
  const all = () => Promise.all(readers.map((frames) => next(frames)));
  const rounds = [await all(), await all(), await all()];
  const coming = all();
  await append(2);
  rounds.push(await coming);
  expect(rounds.map(([first]) => seqsOf(first!).length)).toEqual([500, 500, 100, 2]);
  for (const [first, ...others] of rounds) {
    for (const other of others) expect(eventsOf(other)).toBe(eventsOf(first!));
  }
});

it("shows a reader what was committed while nobody read", async () => {
  const { stream, append } = await setUp();
  await append(2);
  const early = openReader();
  const frames = stream.session(SESSION, 0, early);
  expect(seqsOf(await next(frames))).toEqual([1, 2]);
  await frames.return(undefined);
  await append(1);
  expect(seqsOf(await next(stream.session(SESSION, 0, openReader())))).toEqual([1, 2, 3]);
});

it("gives everybody else a turn while a reader catches up", async () => {
  const { stream, append } = await setUp();
  await append(1_500);
  const frames = stream.session(SESSION, 0, openReader());
  const first = await next(frames);
  let hadTurn = false;
  setImmediate(() => (hadTurn = true));
  expect([first, await next(frames), await next(frames)].flatMap(seqsOf)).toHaveLength(1_500);
  expect(hadTurn).toBe(true);
});

it("tells a cursor from the future where the journal really ends, and goes on from there", async () => {
  const { stream, append } = await setUp();
  await append(2);
  const frames = stream.session(SESSION, 99, openReader());
  expect(await next(frames)).toEqual({ seq: 2, frame: { kind: "resync", seq: 2 } });
  await append(1);
  expect(seqsOf(await next(frames))).toEqual([3]);
});

it("refuses a session that is not there", async () => {
  const { stream } = await setUp();
  const frames = stream.session(SessionId.parse("nobody"), 0, openReader());
  await expect(frames.next()).rejects.toMatchObject({ fault: { kind: "session_not_found", sessionId: "nobody" } });
});

it("F17 sends nothing to a reader that is behind, and everything once it has caught up", async () => {
  const { stream, append } = await setUp();
  const reader = openReader();
  reader.buffered = 2_000_000;
  const frames = stream.session(SESSION, 0, reader);
  const waiting = next(frames);
  await append(4);
  await reader.lookedAt(3);
  reader.buffered = 0;
  expect(seqsOf(await waiting)).toEqual([1, 2, 3, 4]);
  expect(reader.closedFor).toBeNull();
});

it("F17 closes a reader that takes nothing for too long", async () => {
  const { stream, append } = await setUp({ maxBufferedBytes: 1_000, stallMs: 30, pollMs: 1 });
  await append(1);
  const reader = openReader();
  reader.buffered = 2_000;
  expect(await stream.session(SESSION, 0, reader).next()).toMatchObject({ done: true });
  expect(reader.closedFor).toBe("reader stalled");
});

it("joins what changed while a reader of the workspace was away", async () => {
  const { stream, feed } = await setUp();
  const reader = openReader();
  const events = stream.workspace(reader);
  const first = events.next();
  feed.changed({ noun: "tasks", ids: ["a"], sessionId: SESSION });
  expect((await first).value).toEqual({ kind: "changed", noun: "tasks", ids: ["a"], sessionId: SESSION });
  feed.changed({ noun: "tasks", ids: ["b"], sessionId: SESSION });
  feed.changed({ noun: "tasks", ids: ["c", "b"], sessionId: SESSION });
  feed.changed({ noun: "projects", ids: [] });
  expect((await events.next()).value).toEqual({ kind: "changed", noun: "tasks", ids: ["b", "c"], sessionId: SESSION });
  expect((await events.next()).value).toEqual({ kind: "changed", noun: "projects", ids: [] });
  const last = events.next();
  reader.abort();
  expect(await last).toMatchObject({ done: true });
});

it("tells a reader of the workspace what changed since its place, joined, or that this is not known", async () => {
  const { stream, feed } = await setUp();
  const { place } = stream;
  feed.changed({ noun: "tasks", ids: ["a"] });
  feed.changed({ noun: "tasks", ids: ["b"] });
  expect((await stream.workspace(openReader(), place).next()).value).toEqual({ kind: "changed", noun: "tasks", ids: ["a", "b"] });
  const lost = stream.workspace(openReader(), "another run's.3");
  expect((await lost.next()).value).toEqual({ kind: "anew" });
  const next = lost.next();
  feed.changed({ noun: "projects", ids: [] });
  expect((await next).value).toEqual({ kind: "changed", noun: "projects", ids: [] });
});

async function setUp(limits?: ReaderLimits) {
  const folder = mkdtempSync(join(tmpdir(), "boocode-stream-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const feed = new Feed();
  const database = await openDatabase({ file: join(folder, "boocode.db"), feed });
  onTestFinished(() => database.close());
  await database.write("normal", async (tx) => {
    await insertProject(tx, buildProject());
    await insertSession(tx, buildSession());
    await insertChat(tx, buildChat());
  });
  const append = async (count: number, text = "a") => {
    const newEvent = {
      chatId: BUILT_IDS.chat,
      taskId: null,
      at: 1_000,
      body: { type: "part.set", partId: "p", kind: "text", firstSeq: null, text },
    } as const;
    await database.write("normal", (tx, announce) =>
      appendChatEvents(
        tx,
        announce,
        SESSION,
        Array.from({ length: count }, () => newEvent),
      ),
    );
  };
  return { stream: new EventStream(database, feed, limits), feed, append };
}

function openReader() {
  const controller = new AbortController();
  let looks = 0;
  let onLook = () => {};
  const reader = {
    signal: controller.signal,
    buffered: 0,
    closedFor: null as string | null,
    bufferedBytes: () => {
      looks++;
      onLook();
      return reader.buffered;
    },
    closeSocket: (reason: string) => {
      reader.closedFor = reason;
    },
    abort: () => controller.abort(),
    /** Resolves when the stream has looked at the buffer so many times. */
    lookedAt: (times: number) =>
      new Promise<void>((resolve) => {
        onLook = () => looks >= times && resolve();
        onLook();
      }),
  };
  onTestFinished(() => controller.abort());
  return reader satisfies Reader;
}

async function next(frames: AsyncGenerator<Place>): Promise<Place> {
  const result = await frames.next();
  if (result.done) throw new Error("the stream ended");
  return result.value;
}

function eventsOf({ frame }: Place) {
  if (frame.kind !== "events") throw new Error(`expected events, not ${frame.kind}`);
  return frame.events;
}

function seqsOf(place: Place): Seq[] {
  const events = eventsOf(place);
  expect(events.at(-1)!.seq).toBe(place.seq);
  return events.map((event) => event.seq);
}
