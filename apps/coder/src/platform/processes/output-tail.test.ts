import fc from "fast-check";
import { expect, it } from "vitest";
import { OutputTail } from "./output-tail.ts";

it("keeps the last bytes for chunks of any size", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 60 }), fc.integer({ min: 0, max: 30 }), (pieces, maxBytes) => {
      const tail = new OutputTail(maxBytes);
      const ascii = pieces.map((piece) => Buffer.from(piece.map((byte) => byte & 0x7f)));
      for (const piece of ascii) tail.push(piece);
      const all = Buffer.concat(ascii);
      expect(tail.read()).toBe(all.subarray(Math.max(0, all.length - maxBytes)).toString("latin1"));
    }),
  );
});

it("leaves out a character that is cut at its front", () => {
  const tail = new OutputTail(4);
  tail.push(Buffer.from("x€uro"));
  expect(tail.read()).toBe("uro");
});

it("takes many small pieces in time that grows with them, not with their square", () => {
  const tail = new OutputTail(4_000);
  const piece = Buffer.from("x");
  for (let count = 0; count < 2_000_000; count++) tail.push(piece);
  expect(tail.read()).toBe("x".repeat(4_000));
});
