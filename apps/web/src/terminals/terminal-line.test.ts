import type { TerminalFrame } from "@boocode/shared/terminals/terminal";
import { expect, it } from "vitest";
import { TerminalLine, toPiece, type TerminalLineDeps, type TerminalPiece } from "./terminal-line.ts";

const frame = (offset: number, text: string, more: Partial<TerminalFrame> = {}): TerminalFrame => ({
  stream: "a",
  offset,
  text,
  lost: 0,
  prelude: "",
  ...more,
});

it.each([
  ["the first frame", {}, frame(0, "abc"), { text: "abc", isAnew: false, lost: 0, prelude: "" }, 3],
  ["the next one", { stream: "a", offset: 3 }, frame(3, "def"), { text: "def", isAnew: false, lost: 0, prelude: "" }, 6],
  ["one that has come before", { stream: "a", offset: 6 }, frame(3, "def"), { text: "", isAnew: false, lost: 0, prelude: "" }, 6],
  ["one that has come in part", { stream: "a", offset: 4 }, frame(3, "def"), { text: "ef", isAnew: false, lost: 0, prelude: "" }, 6],
  ["one after a gap", { stream: "a", offset: 3 }, frame(9, "x", { prelude: "p" }), { text: "x", isAnew: false, lost: 6, prelude: "p" }, 10],
  ["a first one after a gap", {}, frame(9, "x", { prelude: "p" }), { text: "x", isAnew: false, lost: 9, prelude: "p" }, 10],
  ["another stream", { stream: "b", offset: 50 }, frame(0, "x"), { text: "x", isAnew: true, lost: 0, prelude: "" }, 1],
])("%s", (_, place, given, piece, offset) => {
  expect(toPiece(place, given)).toEqual({ piece, place: { stream: "a", offset } });
});

function makeLine(over: Partial<TerminalLineDeps> = {}) {
  const asked: { place: unknown; sink: Parameters<TerminalLineDeps["subscribe"]>[1] }[] = [];
  const drawn: TerminalPiece[] = [];
  const typed: string[] = [];
  const untyped: unknown[] = [];
  const line = new TerminalLine({
    subscribe: (place, sink) => {
      asked.push({ place, sink });
      return () => {};
    },
    draw: async (piece) => void drawn.push(piece),
    wait: () => Promise.resolve(),
    type: async (text) => void typed.push(text),
    onUntyped: (error) => untyped.push(error),
    ...over,
  });
  return { line, asked, drawn, typed, untyped };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

it("asks for the next round from where it is, once the last one is drawn", async () => {
  const gate = Promise.withResolvers<void>();
  const { asked } = makeLine({ draw: () => gate.promise });
  asked[0]!.sink.onFrame(frame(0, "abc"));
  asked[0]!.sink.onStopped(null);
  await settle();
  expect(asked).toHaveLength(1);
  gate.resolve();
  await settle();
  expect(asked.map(({ place }) => place)).toEqual([{}, { stream: "a", offset: 3 }]);
});

it("asks again after an error, unless there is nothing to wait for", async () => {
  const waits: unknown[] = [];
  const due = Promise.resolve();
  const wait = (reason: unknown, attempt: number) => {
    waits.push([reason, attempt]);
    return attempt < 2 ? due : null;
  };
  const { asked } = makeLine({ wait });
  asked[0]!.sink.onStopped("lost");
  await settle();
  asked[1]!.sink.onStopped("lost");
  await settle();
  expect([asked.length, waits]).toEqual([
    2,
    [
      ["lost", 1],
      ["lost", 2],
    ],
  ]);
});

it("types one piece after the other, and nothing of what followed one that was not typed", async () => {
  const first = Promise.withResolvers<void>();
  const seen: string[] = [];
  const { line, untyped } = makeLine({ type: (text) => (seen.push(text), first.promise) });
  line.type("a");
  line.type("b");
  line.type("c");
  await settle();
  expect(seen).toEqual(["a"]);
  first.resolve();
  await settle();
  expect(seen).toEqual(["a", "bc"]);

  const failing = makeLine({ type: () => Promise.reject(new Error("away")) });
  failing.line.type("x");
  failing.line.type("y");
  await settle();
  expect([failing.untyped.length, untyped.length]).toEqual([1, 0]);
});

it("types what was typed before it is closed, and cuts a long text between characters", async () => {
  const first = Promise.withResolvers<void>();
  const seen: string[] = [];
  const { line, untyped } = makeLine({ type: (text) => (seen.push(text), first.promise) });
  line.type("a");
  line.type(`${"x".repeat(32_767)}🙂🙂`);
  line.close();
  first.resolve();
  await settle();
  expect(seen).toEqual(["a", "x".repeat(32_767), "🙂🙂"]);
  expect(untyped).toEqual([]);
});
