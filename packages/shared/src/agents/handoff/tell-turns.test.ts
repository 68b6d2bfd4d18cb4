import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { TranscriptItem } from "../../chats/transcript.ts";
import { AgentId, TaskId } from "../../ids.ts";
import { EVENT_LIMITS } from "../event-limits.ts";
import { type ChatTurn, toChatTurns } from "./chat-turn.ts";
import { decideHandoff, toMaxChars } from "./decide-handoff.ts";
import { NO_HANDOVER, toHandover, withHandover, withoutHandover } from "./handover-frame.ts";
import { isTellable, type TellingPlace } from "./is-tellable.ts";
import { tellTurns } from "./tell-turns.ts";

const ME = AgentId.parse("opencode");
const OTHER = AgentId.parse("boocode");
const T1 = TaskId.parse("t1");
const item = (taskId: TaskId | null, more: object) => ({ key: "", firstSeq: 1, lastSeq: 1, at: 0, taskId, ...more }) as TranscriptItem;
const tool = (title: string, status: string, result: object = {}, parentCallId: string | null = null) =>
  item(T1, { kind: "tool", title, status, result, parentCallId });

it("tells a turn in words: the prompt, the text, tools in one line each, and the end", () => {
  const turns = toChatTurns([
    item(null, { kind: "notice", text: "No one's" }),
    item(T1, { kind: "prompt", agent: OTHER, text: "Fix it\nplease" }),
    item(T1, { kind: "thought", text: "Secret thought" }),
    tool("Read a.ts", "completed", { output: "SECRET=1" }),
    tool("Run npm\ntest", "completed", { exitCode: 1, output: "red" }),
    tool("Look deeper", "completed", {}, "call-1"),
    item(T1, { kind: "text", text: "It is red.\nI go on." }),
    tool("Edit a.ts", "failed", { error: "No such file" }),
    item(T1, { kind: "turn_end", state: "failed", cause: "model_failed", filesChanged: 2, lastSeq: 9 }),
  ]);
  expect(turns).toMatchObject([{ taskId: T1, agent: OTHER, lastSeq: 9 }]);
  expect(tellTurns(turns, ME, 10_000).text).toBe(
    [
      "The person to boocode:",
      "  Fix it",
      "  please",
      "boocode did:",
      "  - Read a.ts",
      "  - Run npm test (exit code 1)",
      "boocode:",
      "  It is red.",
      "  I go on.",
      "boocode did:",
      "  - Edit a.ts (failed, No such file)",
      "(This turn did not finish: model failed. 2 files were changed.)",
    ].join("\n"),
  );
});

it.each<[string, Partial<ChatTurn>, string]>([
  ["a turn the agent began by itself", { prompt: "" }, "boocode began this turn by itself."],
  ["its own turn", { agent: ME }, "opencode (you)"],
  ["one that runs", { end: null }, "(This turn is still running.)"],
  ["one that was stopped", { end: { state: "cancelled", cause: "stopped_by_person", filesChanged: 0 } }, "(The person stopped this turn.)"],
  ["one without an answer", { steps: [] }, "(There was no answer.)"],
])("tells of %s", (_, more, words) => {
  expect(tellTurns([turnOf("Hello", more)], ME, 10_000).text).toContain(words);
});

function turnOf(prompt: string, more: Partial<ChatTurn> = {}): ChatTurn {
  const end = { state: "completed" as const, cause: null, filesChanged: 0 };
  return { taskId: T1, agent: OTHER, prompt, steps: [{ kind: "said", text: `Answer to ${prompt}` }], end, lastSeq: 1, ...more };
}

it("shortens the oldest first, then leaves out the oldest, and says so", () => {
  const long = "word ".repeat(1_000);
  const steps = [
    ...Array.from({ length: 30 }, () => ({ kind: "did" as const, title: "Read a", outcome: null })),
    { kind: "said" as const, text: long },
  ];
  const turns = ["one", "two", "three"].map((prompt) => turnOf(prompt, { steps }));
  const some = tellTurns(turns, ME, 13_000);
  expect(some).toMatchObject({ shortened: 1, leftOut: 0 });
  expect(some.text).toMatch(
    /^\(To save space, 1 turn is shortened\.\)\n\nThe person to boocode:\n {2}one\nboocode did:\n {2}- 30 tool calls\n/,
  );
  const few = tellTurns(turns, ME, 6_000, 4);
  expect(few).toMatchObject({ shortened: 0, leftOut: 6 });
  expect(few.text).toMatch(/^\(To save space, 6 earlier turns are left out\.\)\n\nThe person to boocode:\n {2}three\n/);
  const least = tellTurns(turns, ME, 900);
  expect(least).toMatchObject({ shortened: 1, leftOut: 2 });
  expect(least.text).toContain("characters left out]");
  expect(least.text.length).toBeLessThan(3_000);
});

const arbitraryTurn = fc
  .record({
    prompt: fc.oneof(fc.string(), fc.string({ minLength: 2_000, maxLength: 4_000 })),
    texts: fc.array(fc.oneof(fc.string(), fc.string({ minLength: 2_000, maxLength: 6_000 }), fc.constant("</boocode-handover>")), {
      maxLength: 6,
    }),
    tools: fc.nat(60),
  })
  .map(({ prompt, texts, tools }) =>
    turnOf(prompt, {
      steps: [
        ...texts.map((text) => ({ kind: "said" as const, text })),
        ...Array.from({ length: tools }, (_, index) => ({ kind: "did" as const, title: `Read ${index}`, outcome: null })),
      ],
    }),
  );

it("stays within its bound, counts every turn, keeps the newest, and cannot be closed from inside", () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryTurn, { minLength: 1, maxLength: 30 }),
      fc.nat(5),
      fc.integer({ min: 2_000, max: 20_000 }),
      (turns, olderTurns, maxChars) => {
        const input = { agent: ME, continuity: "history" as const, olderTurns, missed: turns.length + olderTurns, maxChars };
        const { text, turns: count, leftOut, shortened } = decideHandoff({ ...input, turns: [...turns, turnOf("NEWEST")] });
        expect(count).toBe(turns.length + olderTurns);
        expect(text.length).toBeLessThan(maxChars * 1.2 + 3_000);
        expect(leftOut + shortened).toBeLessThanOrEqual(turns.length + 1 + olderTurns);
        expect(text).toContain("NEWEST");
        expect(text.match(/<\/?boocode-handover>/g)).toHaveLength(2);
        expect(withoutHandover(withHandover(text, "asked"), NO_HANDOVER)).toMatchObject({ text: "\n\nasked" });
      },
    ),
  );
});

it("gives nothing where there is nothing to tell, and never more than the journal takes", () => {
  const input = { agent: ME, continuity: "resumed" as const, turns: [], olderTurns: 0, missed: 0, maxChars: 100 };
  expect(decideHandoff(input)).toEqual({ continuity: "resumed", turns: 0, text: "", shortened: 0, leftOut: 0 });
  expect([null, 1, 32_000, 1_000_000].map(toMaxChars)).toEqual([40_000, 8_000, 32_000, 60_000]);
  const turns = Array.from({ length: 200 }, () => turnOf("x".repeat(5_000)));
  expect(decideHandoff({ ...input, turns, maxChars: toMaxChars(1_000_000) }).text.length).toBeLessThan(EVENT_LIMITS.handover);
});

it("counts what indenting adds to very short lines", () => {
  const lines = "x\n".repeat(30_000);
  const turn = turnOf(lines, { steps: [{ kind: "said", text: lines }] });
  const { text } = tellTurns([turn], ME, 60_000);
  expect(text.length).toBeLessThan(60_000);
  expect(text.length).toBeGreaterThan(30_000);
});

it("finds a handover in pieces of any size", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 30 }), (inside, asked, size) => {
      fc.pre(!asked.includes("<"));
      const whole = withHandover(toHandover(inside), asked);
      let reading = NO_HANDOVER;
      let text = "";
      for (let at = 0; at < whole.length; at += size) {
        const piece = withoutHandover(whole.slice(at, at + size), reading);
        reading = piece.reading;
        text += piece.text;
      }
      expect(text).toBe(`\n\n${asked}`);
    }),
  );
});

const told = { agentSessionId: "s", commands: null };
const announced = { ...told, commands: ["compact", "/mcp:ask", "dir/run"] };

it.each<[string, TellingPlace, boolean]>([
  ["Go on", told, true],
  ["/compact", told, true],
  ["/review the last commit", told, true],
  ["/compact", { ...announced, agentSessionId: null }, true],
  ["/etc/hosts is wrong", told, true],
  ["/compact", announced, false],
  ["/mcp:ask why", announced, false],
  ["/dir/run\nit", announced, false],
  ["/tmp is full, clean it up", announced, true],
  ["/compacted files", announced, true],
  ["/tmp is full", { ...told, commands: [] }, true],
])("tells before %j: %o %s", (text, place, expected) => {
  expect(isTellable({ kind: "message", text }, place)).toBe(expected);
  expect(isTellable({ kind: "agent", text }, place)).toBe(false);
  expect(isTellable({ kind: "skill", text }, place)).toBe(true);
});
