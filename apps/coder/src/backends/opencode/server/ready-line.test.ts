import { expect, it } from "vitest";
import { ReadyLine } from "./ready-line.ts";

const URL = "http://127.0.0.1:40961";
const WHOLE = `Warning\nopencode server listening on ${URL}\n`;

it("is found wherever its pieces are cut, and never with half of its port", () => {
  for (let at = 0; at < WHOLE.length; at += 1) {
    const line = new ReadyLine();
    expect(line.push(Buffer.from(WHOLE.slice(0, at)))).toBeNull();
    expect(line.push(Buffer.from(WHOLE.slice(at)))).toBe(URL);
    expect(line.push(Buffer.from("opencode server listening on http://127.0.0.1:1\n"))).toBe(URL);
  }
});

it("is found before and behind more than is kept", () => {
  const much = Buffer.alloc(64 * 1024, "x");
  const line = new ReadyLine();
  for (let piece = 0; piece < 100; piece += 1) expect(line.push(much)).toBeNull();
  expect(line.push(Buffer.concat([much, Buffer.from(`\n${WHOLE}`), much]))).toBe(URL);
});
