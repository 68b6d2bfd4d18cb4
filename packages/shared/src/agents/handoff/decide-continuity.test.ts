import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AgentId, TaskId } from "../../ids.ts";
import { type AgentMemory, decideContinuity, type TurnMark } from "./decide-continuity.ts";
import { decideSeen, type HeardTurn } from "./decide-seen.ts";

const ME = AgentId.parse("opencode");
const OTHER = AgentId.parse("boocode");
const mark = (id: string, lastSeq: number, agent = OTHER, more: Partial<TurnMark> = {}): TurnMark => ({
  taskId: TaskId.parse(id),
  agent,
  lastSeq,
  state: "completed",
  cause: null,
  hasStarted: true,
  hasActed: true,
  ...more,
});
const own = (seenSeq: number): AgentMemory => ({ kind: "own", seenSeq });
const chat = (seenSeq: number): AgentMemory => ({ kind: "chat", seenSeq });
const none: AgentMemory = { kind: "none" };
const unheard = { state: "failed", hasActed: false } as const;
const stopped = { state: "cancelled", cause: "stopped_by_person", hasActed: false } as const;
const cutOff = { state: "interrupted", hasActed: false } as const;

it.each<[string, AgentMemory, TurnMark[], string]>([
  ["a fresh chat", none, [], "new"],
  ["a fresh chat of an agent that keeps nothing", chat(0), [], "new"],
  ["an agent that is warm before its first prompt", own(0), [], "new"],
  ["its own second turn", own(1), [mark("a", 9, ME)], "resumed"],
  ["its own second turn, without a memory of its own", chat(1), [mark("a", 9, ME)], "resumed"],
  ["nothing new since it last spoke", own(9), [], "resumed"],
  ["another agent's turn before its first", none, [mark("a", 9)], "history a"],
  ["another agent's turn since its last", own(3), [mark("a", 9, ME), mark("b", 15)], "history b"],
  ["the same, without a memory of its own", chat(3), [mark("a", 9, ME), mark("b", 15)], "history b"],
  ["two others, one seen", own(9), [mark("a", 9), mark("b", 15)], "history b"],
  ["a lost memory: its own turns too", none, [mark("a", 9, ME), mark("b", 15)], "history a b"],
  ["a context that was told nothing yet", own(0), [mark("a", 9, ME), mark("b", 15)], "history a b"],
  ["its own turn that was cut off before a word", own(3), [mark("a", 9, ME, cutOff)], "history a"],
  ["the same, but it is given the whole chat", chat(3), [mark("a", 9, ME, cutOff)], "resumed"],
  [
    "its own turn whose model failed before a word",
    own(3),
    [mark("a", 9, ME, { state: "failed", cause: "model_refused", hasActed: false })],
    "resumed",
  ],
  ["its own turn whose process did not start", own(3), [mark("a", 9, ME, { ...unheard, cause: "agent_unavailable" })], "history a"],
  ["its own turn that waits for a login", own(3), [mark("a", 9, ME, { ...unheard, cause: "login_required" })], "history a"],
  ["its own turn that was stopped before a word", own(3), [mark("a", 9, ME, stopped)], "history a"],
  ["the same after a word", own(3), [mark("a", 9, ME, { ...stopped, hasActed: true })], "resumed"],
  ["its own turn that runs", own(3), [mark("a", 9, ME, { state: "running", hasActed: false })], "resumed"],
  ["its own first turn that runs", own(0), [mark("a", 9, ME, { state: "running", hasActed: true })], "resumed"],
  ["a turn of another that runs", own(3), [mark("a", 9, OTHER, { state: "running" })], "history a"],
  [
    "a prompt whose turn could not begin",
    own(3),
    [mark("a", 9, OTHER, { state: "failed", hasStarted: false, hasActed: false })],
    "history a",
  ],
  [
    "its own prompt whose turn could not begin",
    own(3),
    [mark("a", 9, ME, { state: "failed", hasStarted: false, hasActed: false })],
    "history a",
  ],
  ["a prompt that was taken back", own(3), [mark("a", 9, OTHER, { state: "cancelled", hasStarted: false, hasActed: false })], "resumed"],
  ["a prompt that waits", own(3), [mark("a", 9, OTHER, { state: "queued", hasStarted: false, hasActed: false })], "resumed"],
])("continues %s", (_, memory, marks, expected) => {
  const { continuity, missed } = decideContinuity(ME, memory, marks);
  expect([continuity, ...missed].join(" ")).toBe(expected);
});

const heard: HeardTurn = { agentSessionId: "s", hasActed: true, isTold: true, isRetold: false, startedSeq: 20 };

it.each<[string, string | null, Partial<HeardTurn>, number]>([
  ["moves to where a turn began that the agent heard", "s", {}, 20],
  ["moves with the first turn of a context that gets its id in it", null, {}, 20],
  ["stays where the agent said no word", "s", { hasActed: false }, 7],
  ["stays at a turn without what it missed", "s", { isTold: false }, 7],
  ["stays where no turn began", "s", { startedSeq: null }, 7],
  ["begins anew with another context", "s", { agentSessionId: "t" }, 0],
  ["moves in another context that was told everything", "s", { agentSessionId: "t", isRetold: true }, 20],
  ["begins anew where that context did not hear it", "s", { agentSessionId: "t", isRetold: true, hasActed: false }, 0],
])("what it has seen %s", (_, agentSessionId, turn, expected) => {
  expect(decideSeen({ agentSessionId, seenSeq: 7 }, { ...heard, ...turn })).toBe(expected);
});

describe("a chat of several agents, whose processes die at any moment", () => {
  const step = fc.record({
    agent: fc.constantFrom("a", "b", "c"),
    /** `unheard`: killed before the agent had the prompt; `lost`: its context is gone before the turn. */
    fate: fc.constantFrom("heard" as const, "heard" as const, "unheard" as const),
    isLost: fc.boolean(),
  });

  it("every agent knows every earlier turn whenever it has heard a prompt, and is told none twice in vain", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const marks: TurnMark[] = [];
        const agents = new Map<string, { id: number | null; seenSeq: number; knows: Set<string> }>();
        let contexts = 0;
        for (const [index, { agent, fate, isLost }] of steps.entries()) {
          const record = agents.get(agent) ?? { id: null, seenSeq: 0, knows: new Set<string>() };
          const isKept = record.id !== null && !isLost;
          const knows = isKept ? record.knows : new Set<string>();
          const id = isKept ? record.id! : ++contexts;
          const memory: AgentMemory = isKept ? own(record.seenSeq) : none;
          const { missed } = decideContinuity(AgentId.parse(agent), memory, marks);
          for (const taskId of missed) expect(knows.has(taskId)).toBe(false);
          const started = 10 * (index + 1);
          const isHeard = fate === "heard";
          if (isHeard) for (const taskId of [...missed, `t${index}`]) knows.add(taskId);
          expect(marks.filter(({ taskId }) => isHeard && !knows.has(taskId))).toEqual([]);
          const before = { agentSessionId: String(id), seenSeq: isKept ? record.seenSeq : 0 };
          const turn = { agentSessionId: String(id), hasActed: isHeard, isTold: true, isRetold: false, startedSeq: started };
          agents.set(agent, { id, knows, seenSeq: decideSeen(before, turn) });
          const end = isHeard ? {} : cutOff;
          marks.push(mark(`t${index}`, started + 5, AgentId.parse(agent), end));
        }
      }),
    );
  });
});
