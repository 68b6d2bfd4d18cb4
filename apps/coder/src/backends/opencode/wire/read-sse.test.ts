import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import * as fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { decodeEvent } from "./decode-event.ts";
import { OpencodeClient } from "./opencode-client.ts";
import { SseReader } from "./read-sse.ts";

const LIMIT = 40;

function readAll(chunks: readonly Buffer[]) {
  const events: string[] = [];
  const tooLarge: number[] = [];
  const options = {
    onEvent: (data: string) => events.push(data),
    onTooLarge: (bytes: number) => tooLarge.push(bytes),
    maxEventBytes: LIMIT,
  };
  const reader = new SseReader(options);
  for (const chunk of chunks) reader.push(chunk);
  return { events, tooLarge };
}

it.each([
  ["lines of one event", "data: a\ndata: b\n\n", ["a\nb"], 0],
  ["carriage returns, a comment, other fields", ": hi\r\nevent: x\r\nid: 1\r\ndata:é\r\n\r\n", ["é"], 0],
  ["an event without data", "event: x\n\n\n\n", [], 0],
  ["one that is not over", "data: a\n\ndata: b\n", ["a"], 0],
  ["a line that is too long, and what follows", `data: ${"x".repeat(99)}\n\ndata: b\n\n`, ["b"], 1],
  ["many lines that are too much together, and what follows", `${"data: 12345\n".repeat(9)}\ndata: b\n\n`, ["b"], 1],
  ["carriage returns behind what is too long", `data: ${"x".repeat(99)}\r\n\r\ndata: b\n\n`, ["b"], 1],
])("E9: reads %s", (_, text, events, tooLarge) => {
  expect(readAll([Buffer.from(text)])).toMatchObject({ events, tooLarge: { length: tooLarge } });
});

it("E9: reads the same in any pieces", () => {
  const piece = fc.constantFrom("data: ", "é😀", "\n", "\n\n", "\r\n", ": c", "x".repeat(30), "data:b");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat(300), { maxLength: 10 }), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(""));
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
      expect(readAll(places.slice(1).map((end, n) => bytes.subarray(places[n], end)))).toEqual(readAll([bytes]));
    }),
  );
});

it("F20: a line of 50 MB on the stream costs neither memory nor time, and the event after it is read", async () => {
  const megabyte = Buffer.alloc(1024 * 1024, "x");
  const server = createServer((_, response) => {
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
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const heard: unknown[] = [];
  const tooLarge: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const before = process.memoryUsage().rss;
  let most = before;
  delay.enable();
  const client = new OpencodeClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, password: "" });
  const stream = await client.openStream({
    directory: "/somewhere",
    onAlive: () => {
      most = Math.max(most, process.memoryUsage().rss);
    },
    onTooLarge: (bytes) => tooLarge.push(bytes),
    onData: (data) => void heard.push(decodeEvent(data).event),
  });
  expect(await stream.over).toBeNull();
  delay.disable();
  expect(tooLarge).toEqual([50 * 1024 * 1024 + "data: {".length]);
  expect(heard).toEqual([
    { type: "unknown", kind: "no JSON" },
    { type: "status", sessionId: "ses_1", status: "idle" },
  ]);
  // The sender is in this process too: what is left is not the line, and not copies of it.
  expect(most - before).toBeLessThan(128 * 1024 * 1024);
  // Not the 20 s of a reader that copies what it has with every piece; other work on the machine may hold the loop for a moment.
  expect(delay.max / 1e6).toBeLessThan(1_000);
});
