import fc from "fast-check";
import { expect, it } from "vitest";
import { LineReader } from "./line-reader.ts";

function readAll(maxBytes: number) {
  const lines: string[] = [];
  const tooLarge: number[] = [];
  const reader = new LineReader({
    maxBytes,
    onLine: (line) => void lines.push(line.toString("utf8")),
    onTooLarge: (bytes) => void tooLarge.push(bytes),
  });
  return { reader, lines, tooLarge };
}

it("cuts lines the same however the bytes are sliced", async () => {
  const line = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !text.includes("\n"));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (texts, sizes) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""), "utf8");
      const { reader, lines, tooLarge } = readAll(20);
      for (let from = 0, turn = 0; from < bytes.length; turn++) {
        const size = sizes[turn % sizes.length]!;
        await reader.push(bytes.subarray(from, from + size));
        from += size;
      }
      expect(reader.keptBytes).toBeLessThanOrEqual(64 * 1024);
      const byteLengths = texts.map((text) => Buffer.byteLength(text));
      expect(lines).toEqual(
        texts.map((text) => Buffer.from(text, "utf8").toString("utf8")).filter((_, index) => byteLengths[index]! <= 20),
      );
      expect(tooLarge).toEqual(byteLengths.filter((length) => length > 20));
    }),
  );
});

it("gives a last line without its newline at the end, once", async () => {
  const { reader, lines } = readAll(100);
  await reader.push(Buffer.from("one\ntwo"));
  await reader.end();
  await reader.end();
  expect(lines).toEqual(["one", "two"]);
});

it("waits for room before it gives the next line", async () => {
  const room = Promise.withResolvers<void>();
  const lines: string[] = [];
  const reader = new LineReader({
    maxBytes: 100,
    onLine: (line) => {
      lines.push(line.toString());
      return lines.length === 1 ? room.promise : undefined;
    },
    onTooLarge() {},
  });
  const pushed = reader.push(Buffer.from("one\ntwo\n"));
  expect(lines).toEqual(["one"]);
  room.resolve();
  await pushed;
  expect(lines).toEqual(["one", "two"]);
});

it("F20: buffers at most twice the cap of a 50 MB line, drops it, and reads the next line", async () => {
  const maxBytes = 8 * 1024 * 1024;
  const { reader, lines, tooLarge } = readAll(maxBytes);
  const chunk = Buffer.alloc(64 * 1024, "x");
  let kept = 0;
  for (let chunks = 0; chunks < 800; chunks++) {
    await reader.push(chunk);
    kept = Math.max(kept, reader.keptBytes);
  }
  expect(kept).toBeLessThanOrEqual(2 * maxBytes);
  // A dropped line is not buffered while its rest arrives.
  expect(reader.keptBytes).toBe(0);
  await reader.push(Buffer.from("\nnext\n"));
  expect(tooLarge).toEqual([50 * 1024 * 1024]);
  expect(lines).toEqual(["next"]);
});

it("takes a line of exactly the cap, and byte by byte without keeping the pieces", async () => {
  const { reader, lines, tooLarge } = readAll(200_000);
  const one = Buffer.from("x");
  for (let byte = 0; byte < 200_000; byte++) await reader.push(one);
  expect(reader.keptBytes).toBeLessThanOrEqual(400_000);
  await reader.push(Buffer.from("\n"));
  expect(lines.map(({ length }) => length)).toEqual([200_000]);
  expect(tooLarge).toEqual([]);
});
