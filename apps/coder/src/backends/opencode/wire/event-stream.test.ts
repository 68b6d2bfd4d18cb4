import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { decodeEvent } from "./decode-event.ts";
import { OpencodeClient } from "./opencode-client.ts";
import type { OpenStreamInput } from "./event-stream.ts";

const MEGABYTE = 1024 * 1024;
const EVENT = (place: number) => `data: {"type":"test.${place}"}\n\n`;

/** A client of a server with a custom answer to subscriptions. */
async function serve(answer: (response: ServerResponse) => void) {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const client = new OpencodeClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, password: "" });
  return { open: (input: Partial<OpenStreamInput>) => client.openStream({ ...QUIET, ...input }) };
}

const QUIET: OpenStreamInput = { directory: "/somewhere", onAlive() {}, onTooLarge() {}, onData() {} };

it("F20: a line of 50 MB on the stream costs neither memory nor time, and the event after it is read", async () => {
  const megabyte = Buffer.alloc(MEGABYTE, "x");
  const { open } = await serve((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: {");
    let sent = 0;
    const sendOn = () => {
      while (sent < 50) {
        sent += 1;
        if (!response.write(megabyte)) return;
      }
      response.end('\n\ndata: {not json\n\ndata: {"type":"session.idle","properties":{"sessionID":"ses_1"}}\n\n');
    };
    response.on("drain", () => response.writableEnded || sendOn());
    sendOn();
  });
  const heard: unknown[] = [];
  const tooLarge: number[] = [];
  const cpuBefore = process.cpuUsage();
  const before = process.memoryUsage().rss;
  let most = before;
  const stream = await open({
    onAlive: () => {
      most = Math.max(most, process.memoryUsage().rss);
    },
    onTooLarge: (bytes) => tooLarge.push(bytes),
    onData: (data) => void heard.push(decodeEvent(data).event),
  });
  expect(await stream.over).toBeNull();
  const { user, system } = process.cpuUsage(cpuBefore);
  expect(tooLarge).toEqual([50 * MEGABYTE + "data: {".length]);
  expect(heard).toEqual([
    { type: "unknown", kind: "no JSON" },
    { type: "status", sessionId: "ses_1", status: "idle" },
  ]);
  // The sender is in this process too; the remaining growth is neither the line nor copies of it.
  expect(most - before).toBeLessThan(128 * MEGABYTE);
  // Far below the 20 s of a reader that copies its buffer with every piece; other load on the machine does not count.
  expect((user + system) / 1e6).toBeLessThan(10);
});

it("F20: an event as large as may be, in many pieces, is told whole", async () => {
  const piece = "x".repeat(1_000);
  const pieces = 8_000;
  const { open } = await serve((response) => {
    response.write('data: {"type":"');
    let sent = 0;
    const sendOn = () => {
      while (sent < pieces) {
        sent += 1;
        if (!response.write(piece)) return;
      }
      response.end('"}\n\n');
    };
    response.on("drain", () => response.writableEnded || sendOn());
    sendOn();
  });
  const heard: unknown[] = [];
  const stream = await open({ onData: (data) => void heard.push(data) });
  expect(await stream.over).toBeNull();
  expect(heard).toEqual([{ type: piece.repeat(pieces) }]);
});

it("E4: bytes are not read while the consumer has no room: the sender waits", async () => {
  let sentBytes = 0;
  const event = Buffer.from(`data: {"type":"${"x".repeat(64 * 1024)}"}\n\n`);
  const total = 64 * MEGABYTE;
  const { open } = await serve((response) => {
    const sendOn = () => {
      while (sentBytes < total) {
        sentBytes += event.length;
        if (!response.write(event)) return;
      }
      response.end();
    };
    response.on("drain", () => response.writableEnded || sendOn());
    sendOn();
  });
  let taken = 0;
  let mostAhead = 0;
  const stream = await open({
    onData: async () => {
      taken += event.length;
      // Yield to other work, in which the sender, also in this process, could run ahead.
      for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
      mostAhead = Math.max(mostAhead, sentBytes - taken);
    },
  });
  expect(await stream.over).toBeNull();
  expect(taken).toBeGreaterThanOrEqual(total);
  expect(mostAhead).toBeLessThan(16 * MEGABYTE);
});

it.each(["in the middle of an event", "while the reader has no room"])(
  "a stream that is closed %s tells nothing more, and ends",
  async (when) => {
    const gone = Promise.withResolvers<void>();
    const { open } = await serve((response) => {
      response.once("close", gone.resolve);
      response.write(`${EVENT(0)}${EVENT(1)}${EVENT(2)}data: {"ty`);
    });
    const heard: unknown[] = [];
    const first = Promise.withResolvers<void>();
    const room = Promise.withResolvers<void>();
    const stream = await open({
      onData: (data) => {
        heard.push(data);
        if (heard.length === 1) first.resolve();
        return when === "while the reader has no room" ? room.promise : undefined;
      },
    });
    await first.promise;
    const told = heard.length;
    stream.close();
    stream.close();
    room.resolve();
    await stream.over;
    await gone.promise;
    expect(heard).toHaveLength(told);
  },
);

it.each([
  { isClosed: false, why: expect.any(Error) as Error },
  { isClosed: true, why: null },
])(
  "a connection that breaks while the reader has no room ends the stream (closed at that moment: $isClosed)",
  async ({ isClosed, why }) => {
    const [taken, broken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { open } = await serve((response) => {
      response.once("close", broken.resolve);
      response.write(`${EVENT(0)}${EVENT(1)}`);
      void taken.promise.then(() => response.destroy());
    });
    const room = Promise.withResolvers<void>();
    const stream = await open({
      onData: () => {
        taken.resolve();
        return room.promise;
      },
    });
    await broken.promise;
    if (isClosed) stream.close();
    room.resolve();
    expect(await stream.over).toEqual(why);
  },
);

it("a reader that fails ends the stream with its failure", async () => {
  const gone = Promise.withResolvers<void>();
  const { open } = await serve((response) => {
    response.once("close", gone.resolve);
    response.write(EVENT(0));
  });
  const stream = await open({
    onData: () => {
      throw new Error("cannot take it");
    },
  });
  expect(await stream.over).toMatchObject({ message: "cannot take it" });
  await gone.promise;
});

it("a subscription that is refused, or breaks before it is taken, is refused with why, and is not asked for again", async () => {
  let asked = 0;
  const refusing = await serve((response) => {
    asked += 1;
    response.writeHead(503).end();
  });
  await expect(refusing.open({})).rejects.toMatchObject({ name: "OpencodeRequestError", status: 503 });
  const breaking = await serve((response) => {
    asked += 1;
    response.destroy();
  });
  await expect(breaking.open({})).rejects.toMatchObject({ name: "OpencodeRequestError", status: null, message: /connection broke/ });
  expect(asked).toBe(2);
});
