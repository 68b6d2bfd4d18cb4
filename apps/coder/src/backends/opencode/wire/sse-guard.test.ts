import { createOpencodeClient } from "@opencode-ai/sdk/v2/client";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { SseGuard } from "./sse-guard.ts";

const LIMIT = 40;

/** The events that the SDK's reader gets from a guarded stream, and the sizes of the dropped ones. */
async function readAll(chunks: readonly Buffer[], maxEventBytes = LIMIT) {
  const tooLarge: number[] = [];
  const guard = new SseGuard({ onTooLarge: (bytes) => tooLarge.push(bytes), maxEventBytes });
  const passed = chunks.map((chunk) => guard.push(chunk)).filter(({ length }) => length > 0);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const bytes of passed) controller.enqueue(new Uint8Array(bytes));
      controller.close();
    },
  });
  const fetch = async () => new Response(body);
  const { stream } = await createOpencodeClient({ baseUrl: "http://127.0.0.1", fetch }).event.subscribe({}, { sseMaxRetryAttempts: 1 });
  const events: unknown[] = [];
  for await (const event of stream) events.push(event);
  return { events, tooLarge, passed };
}

it.each([
  ["lines of one event", "data: a\ndata: b\n\n", ["a\nb"], 0],
  ["carriage returns, a comment, other fields", ": hi\r\nevent: x\r\nid: 1\r\ndata:é\r\n\r\n", ["é"], 0],
  ["an event without data", "event: x\n\n\n\n", [], 0],
  ["one that is not over", "data: a\n\ndata: b\n", ["a"], 0],
  ["a line that is too long, and what follows", `data: ${"x".repeat(99)}\n\ndata: b\n\n`, ["b"], 1],
  ["many lines that are too much together, and what follows", `${"data: 12345\n".repeat(9)}\ndata: b\n\n`, ["b"], 1],
  ["carriage returns behind what is too long", `data: ${"x".repeat(99)}\r\n\r\ndata: b\n\n`, ["b"], 1],
  ["what is too long behind a comment", `: hi\n\n\n: ${"x".repeat(99)}\ndata: a\n\ndata: b\n\n`, ["b"], 1],
])("E9: reads %s", async (_, text, events, tooLarge) => {
  expect(await readAll([Buffer.from(text)])).toMatchObject({ events, tooLarge: { length: tooLarge } });
});

it("E9: reads the same in any pieces, and lets through whole events only", async () => {
  const piece = fc.constantFrom("data: ", "é😀", "\n", "\n\n", "\r\n", ": c", "x".repeat(30), "data:b");
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat(300), { maxLength: 10 }), async (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(""));
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
      const { passed, ...inPieces } = await readAll(places.slice(1).map((end, n) => bytes.subarray(places[n], end)));
      const { passed: _, ...atOnce } = await readAll([bytes]);
      expect(inPieces).toEqual(atOnce);
      for (const whole of passed) expect(whole.toString("latin1")).toMatch(/(?:^|\n)\r?\n$/);
    }),
  );
});

it("E9: an event that comes byte by byte is copied once, not with every byte", async () => {
  const text = "x".repeat(200_000);
  const bytes = Buffer.from(`data: ${text}\n\n`);
  const { events, passed } = await readAll(
    Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)),
    bytes.length,
  );
  expect(events).toEqual([text]);
  expect(passed).toHaveLength(1);
});
