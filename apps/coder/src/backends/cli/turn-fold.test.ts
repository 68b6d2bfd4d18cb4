import { AgentEvent } from "@boocode/shared/agents/agent-event";
import fc from "fast-check";
import { expect, it } from "vitest";
import { TurnFold } from "./turn-fold.ts";
import type { CliSign } from "./wire/cli-sign.ts";

const fold = (options: Partial<ConstructorParameters<typeof TurnFold>[0]> = {}) =>
  new TurnFold({ root: "/worktree", resumed: null, before: {}, ...options });

/** The parts of a turn's text, as a reader sees them. */
function partsOf(events: readonly AgentEvent[]): string[] {
  const parts = new Map<string, string>();
  for (const event of events) {
    if (event.type !== "text.delta" && event.type !== "thought.delta") continue;
    const before = parts.get(event.partId) ?? "";
    expect(event.offset).toBe(before.length);
    parts.set(event.partId, before + event.text);
  }
  return [...parts.values()];
}

it("whatever pieces of a message were said before it as a whole, a reader sees each message once, in order", () => {
  const message = fc.record({
    part: fc.constantFrom("text" as const, "thought" as const),
    text: fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
    cuts: fc.array(fc.nat(30), { maxLength: 4 }),
    /** How much of it is said in pieces. */
    streamed: fc.nat(30),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
      const turn = fold();
      const signs = messages.flatMap(({ part, text, cuts, streamed }): CliSign[] => {
        const said = text.slice(0, streamed);
        const places = [0, ...cuts.filter((cut) => cut < said.length).toSorted((a, b) => a - b), said.length];
        const pieces = places.slice(1).map((to, place) => said.slice(places[place], to));
        return [...pieces.map((piece) => ({ kind: "delta" as const, part, text: piece })), { kind: "whole", part, text }];
      });
      expect(partsOf(signs.flatMap((sign) => turn.take(sign)))).toEqual(messages.map(({ text }) => text));
    }),
  );
});

it("an id that an agent uses again is another call, and a result of none is nothing", () => {
  const turn = fold();
  const call = { kind: "call", callId: "call_0", name: "bash", toolKind: "command", input: { command: "ls" } } as const;
  const events = [
    ...turn.take({ kind: "result", callId: "nobody", status: "completed", output: "x" }),
    ...turn.take(call),
    ...turn.take(call),
    ...turn.take({ kind: "result", callId: "call_0", status: "completed", output: "a" }),
    ...turn.take({ kind: "result", callId: "call_0", status: "failed", output: "b" }),
    ...turn.take(call),
    ...turn.settle(),
    ...turn.settle(),
  ];
  expect(
    events.map((event) => ("callId" in event ? `${event.type} ${event.callId} ${"status" in event ? event.status : ""}` : event.type)),
  ).toEqual(["tool.started call-1 ", "tool.updated call-1 completed", "tool.started call-2 ", "tool.updated call-2 cancelled"]);
  expect(events.filter((event) => !AgentEvent.safeParse(event).success)).toEqual([]);
});

it.each<[string, Partial<ConstructorParameters<typeof TurnFold>[0]>, CliSign[], number | null]>([
  ["of a turn are its own", {}, [{ kind: "usage", of: "turn", usage: { inputTokens: 3 } }], 3],
  ["of steps are added up", {}, [1, 2].map((inputTokens) => ({ kind: "usage", of: "step", usage: { inputTokens } })), 3],
  [
    "of a session are those since the turn before",
    { before: { inputTokens: 10 } },
    [{ kind: "usage", of: "session", usage: { inputTokens: 13 } }],
    3,
  ],
  [
    "of a session that began anew are all of them",
    { before: { inputTokens: 10 } },
    [{ kind: "usage", of: "session", usage: { inputTokens: 3 } }],
    3,
  ],
  [
    "of a session whose earlier ones nobody knows are not reported",
    { before: null, resumed: "s" },
    [{ kind: "usage", of: "session", usage: { inputTokens: 13 } }],
    null,
  ],
])("counts %s", (_, options, signs, inputTokens) => {
  const turn = fold(options);
  for (const sign of signs) turn.take(sign);
  expect(turn.usage?.inputTokens ?? null).toBe(inputTokens);
});

it("the last end counts, and none if the agent went on after it", () => {
  const turn = fold();
  turn.take({ kind: "end", end: { state: "failed", cause: "agent_error", message: "overloaded" } });
  turn.take({ kind: "goes_on" });
  expect(turn.saidEnd).toBeNull();
  turn.take({ kind: "end", end: { state: "completed" } });
  expect(turn.saidEnd).toEqual({ state: "completed" });
});
