import { once } from "node:events";
import { readTranscriptEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import { BUILT_IDS, buildEvent } from "@boocode/shared/testing/build";
import { expect, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { readFirstMessage } from "../../src/api/http/read-first-message.ts";
import { BackPressure } from "../../src/api/stream/back-pressure.ts";
import { splitFrames } from "../../src/api/stream/split-frames.ts";
import { DeafSocket } from "../access/deaf-socket.ts";
import { ManualTime } from "../manual-time.ts";
import { connectTo } from "../test-client.ts";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";
import { appendText, openJournal, toTextBody } from "./open-journal.ts";
import type { SizeLimit } from "./size-limit.ts";

const { chat } = BUILT_IDS;

/** What clients send over the wire, and what they are sent. */
export const API_LIMITS: readonly SizeLimit[] = [
  {
    name: "body of a request",
    figure: "4 MB",
    over: "refused with `body_too_large` (413)",
    async check(limit) {
      const daemon = await (await TestHome.make()).start();
      const post = (bytes: number) =>
        fetch(`${daemon.address}/trpc/projects.add`, {
          method: "POST",
          body: JSON.stringify({ path: "x".repeat(bytes - JSON.stringify({ path: "" }).length) }),
          headers: { authorization: `Bearer ${daemon.token}`, "content-type": "application/json" },
        });
      expect((await post(limit)).status).toBe(400);
      const refused = await post(limit + 1);
      expect([refused.status, await refused.json()]).toMatchObject([
        413,
        { error: { data: { fault: { kind: "body_too_large", maxBytes: limit } } } },
      ]);
    },
  },
  {
    name: "message on a socket",
    figure: "4 MB",
    over: "the socket is closed with 1009",
    async check(limit) {
      const socket = await openSocket(await (await TestHome.make()).start());
      const closed = once(socket, "close");
      const call = JSON.stringify({ id: 1, method: "query", params: { path: "projects.list" } });
      socket.send(call.padEnd(limit, " "));
      expect(JSON.parse(String(((await once(socket, "message")) as [Buffer])[0]))).toMatchObject({ id: 1, result: { data: [] } });
      socket.send(call.padEnd(limit + 1, " "));
      expect(((await closed) as [number])[0]).toBe(1009);
    },
  },
  {
    name: "first message on a socket",
    figure: "4 KB",
    over: "the socket is closed with 4401",
    check(limit) {
      const say = (bytes: number) =>
        readFirstMessage(Buffer.from(JSON.stringify({ method: "connectionParams", data: { token: "x" } }).padEnd(bytes, " ")), false);
      expect([say(limit), say(limit + 1)]).toEqual(["token", "malformed"]);
    },
  },
  {
    name: "diffs of a call",
    figure: "100",
    over: "refused with `invalid_input` (400)",
    async check(limit) {
      const daemon = await (await TestHome.make()).start();
      const ask = async (count: number) => {
        const changeIds = Array.from({ length: count }, (_, place) => `chg_${place}`);
        const input = encodeURIComponent(JSON.stringify({ sessionId: "none", changeIds }));
        const headers = { authorization: `Bearer ${daemon.token}` };
        return (await fetch(`${daemon.address}/trpc/pendingChanges.diffs?input=${input}`, { headers })).status;
      };
      expect([await ask(limit), await ask(limit + 1)]).toEqual([404, 400]);
    },
  },
  {
    name: "calls of a batch",
    figure: "20",
    over: "refused (400)",
    async check(limit) {
      const daemon = await (await TestHome.make()).start();
      const ask = async (calls: number) => {
        const names = Array.from({ length: calls }, () => "projects.list").join(",");
        const headers = { authorization: `Bearer ${daemon.token}` };
        return (await fetch(`${daemon.address}/trpc/${names}?batch=1&input=%7B%7D`, { headers })).status;
      };
      expect([await ask(limit), await ask(limit + 1)]).toEqual([200, 400]);
    },
  },
  {
    name: "subscriptions of a socket",
    figure: "128",
    over: "refused with `too_many`",
    async check(limit) {
      const socket = await DeafSocket.open(await (await TestHome.make()).start());
      for (let id = 1; id <= limit + 1; id++) socket.send({ id, method: "subscription", params: { path: "events.workspace" } });
      expect(await socket.answer(limit)).toMatchObject({ result: { type: "started" } });
      expect(await socket.answer(limit + 1)).toMatchObject({ error: { data: { fault: { kind: "too_many", limit } } } });
    },
  },
  {
    name: "sockets without a token yet",
    figure: "32",
    over: "the oldest is closed",
    async check(limit) {
      const daemon = await (await TestHome.make()).start();
      const closed: number[] = [];
      for (let count = 0; count < limit; count++) {
        const socket = dial(daemon);
        socket.once("close", () => closed.push(count));
        await once(socket, "open");
      }
      expect(closed).toEqual([]);
      await once(dial(daemon), "open");
      expect(await connectTo(daemon).projects.list.query()).toEqual([]);
      expect(closed[0]).toBe(0);
    },
  },
  {
    name: "events of a frame, together",
    figure: "1 MB",
    over: "the rest goes in the next frame",
    check(limit) {
      const notice = (text: string) => ({ type: "notice", level: "info", text }) satisfies ChatEventBody;
      const taken = 2 * (200 + JSON.stringify(notice("")).length);
      const frames = (chars: number) =>
        splitFrames([chars >> 1, chars - (chars >> 1)].map((half) => buildEvent(notice("x".repeat(half))))).map(({ length }) => length);
      expect([frames(limit - taken), frames(limit - taken + 1)]).toEqual([[2], [1, 1]]);
    },
  },
  {
    name: "bytes a slow reader leaves waiting",
    figure: "1 MB",
    over: "nothing more is sent until it has taken some",
    async check(limit) {
      const gone = new AbortController();
      let waiting = limit;
      const looked = Promise.withResolvers<void>();
      const bufferedBytes = () => (waiting > limit && looked.resolve(), waiting);
      const reader = { signal: gone.signal, bufferedBytes, closeSocket: () => {} };
      const pressure = new BackPressure(undefined, new ManualTime());
      expect(await pressure.hasRoom(reader)).toBe(true);
      waiting = limit + 1;
      let isSent = false;
      const sent = pressure.hasRoom(reader).then((hasRoom) => (isSent = hasRoom));
      await looked.promise;
      expect(isSent).toBe(false);
      waiting = limit;
      expect(await sent).toBe(true);
    },
  },
  {
    name: "event as it is shown",
    figure: "1 MB",
    over: "200,000 characters of its text are shown, with a readable end",
    async check(limit) {
      const { db } = await openJournal();
      const room = limit - JSON.stringify(toTextBody("whole", "")).length;
      await appendText(db, "whole", "x".repeat(room));
      await appendText(db, "large", "x".repeat(room + 1));
      const { events } = await readTranscriptEvents(db.read, chat, { limit: 1 });
      const { events: both } = await readTranscriptEvents(db.read, chat, { limit: 1, before: events[0]!.seq });
      const [whole, cut] = [both, events].map((read) => (read[0]!.body as { text: string }).text);
      expect(whole).toHaveLength(room);
      expect(cut).toBe(`${"x".repeat(200_000)}\n\n… The rest is too long to be shown.`);
    },
  },
  {
    name: "items of a page of a transcript, together",
    figure: "1 MB",
    over: "the older item is left to the page before; one item alone is always shown",
    async check(limit) {
      const room = limit / 2 - JSON.stringify(toTextBody("one", "")).length;
      for (const [more, count] of [
        [0, 2],
        [1, 1],
      ] as const) {
        const { db } = await openJournal();
        await appendText(db, "one", "x".repeat(room));
        await appendText(db, "two", "x".repeat(room + more));
        const { events, hasMore } = await readTranscriptEvents(db.read, chat, { limit: 10 });
        expect([events.length, hasMore]).toEqual([count, count === 1]);
      }
    },
  },
];

function dial({ address }: DaemonAddress): WebSocket {
  const socket = new WebSocket(`${address.replace("http", "ws")}/trpc?connectionParams=1`);
  socket.on("error", () => {});
  onTestFinished(() => socket.terminate());
  return socket;
}

async function openSocket(daemon: DaemonAddress): Promise<WebSocket> {
  const socket = dial(daemon);
  await once(socket, "open");
  socket.send(JSON.stringify({ method: "connectionParams", data: { token: daemon.token } }));
  return socket;
}
