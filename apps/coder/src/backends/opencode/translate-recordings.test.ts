import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AgentEvent } from "@boocode/shared/agents/agent-event";
import { mergeDeltas } from "@boocode/shared/agents/turns/merge-deltas";
import { applyTurnSignal, beginTurn, type TurnVerdict } from "@boocode/shared/agents/turns/turn-guard";
import { describe, expect, it } from "vitest";
import { ApiTranslator } from "./wire/api/api-translator.ts";
import { decodeEvent } from "./wire/decode-event.ts";
import { toTurnSignal } from "./turn/to-turn-signal.ts";
import { TurnTranslator } from "./turn/turn-translator.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const NAMES = readdirSync(FIXTURES).flatMap((file) => (file.endsWith(".jsonl") ? [file.slice(0, -".jsonl".length)] : []));

/** The turns that were stopped. */
const STOPPED = /^(?:api-)?(?:abort|command-stopped)$/;

/** A recorded turn of the real opencode, run through the decoder, translator and guard. */
function play(name: string, repeat = 1) {
  const { input, events: recorded } = read(name);
  const { sessionId, promptId } = input;
  const translator = new TurnTranslator(input);
  let guard = beginTurn(promptId);
  if (STOPPED.test(name)) ({ guard } = applyTurnSignal(guard, { type: "stop_asked" }));
  const events: AgentEvent[] = [];
  const unknown: string[] = [];
  let end: TurnVerdict | null = null;
  for (const event of recorded) {
    if (event.type === "unknown") unknown.push(event.kind);
    for (let time = 0; time < repeat; time += 1)
      if (!end && (time === 0 || event.type !== "delta")) events.push(...translator.translate(event));
    const signal = toTurnSignal(event, sessionId);
    if (!signal || end) continue;
    const next = applyTurnSignal(guard, signal);
    guard = next.guard;
    if (next.verdict.kind === "ended") end = next.verdict;
  }
  if (end) events.push(...translator.settle());
  return { events: mergeDeltas(events), end, unknown };
}

describe("What the real opencode said", () => {
  it.each(NAMES)("of %s is told as recorded", async (name) => {
    const { events, end, unknown } = play(name);
    expect(unknown).toEqual([]);
    expect(events.filter((event) => !AgentEvent.safeParse(event).success)).toEqual([]);
    await expect(`${JSON.stringify({ events, end }, null, 2)}\n`).toMatchFileSnapshot(`./fixtures/${name}.expected.json`);
  });

  it.each(NAMES)("E2: of %s is told once, however often it is said", (name) => {
    expect(play(name, 3).events).toEqual(play(name).events);
  });

  it.each(NAMES)("of %s after a turn that ended at any event is told in the next one: nothing missing, nothing twice", (name) => {
    const { input, events } = read(name);
    const whole = fold(
      events.flatMap(
        (
          (all) => (event) =>
            all.translate(event)
        )(new TurnTranslator(input)),
      ),
    );
    for (let end = 0; end <= events.length; end += 1) {
      const turn = new TurnTranslator(input);
      const told = [...events.slice(0, end).flatMap((event) => turn.translate(event)), ...turn.settle()];
      const rest = new TurnTranslator(input);
      rest.continueAfter(turn);
      const later = events.slice(end).flatMap((event) => rest.translate(event));
      const [before, after] = [fold(told), fold(later)];
      const texts = new Map(
        [...new Set([...before.texts.keys(), ...after.texts.keys()])].map((id) => [
          id,
          (before.texts.get(id) ?? "") + (after.texts.get(id) ?? ""),
        ]),
      );
      expect({ end, texts }).toEqual({ end, texts: whole.texts });
      expect({ end, tools: new Map([...before.tools, ...after.tools]) }).toEqual({ end, tools: whole.tools });
      // What is repeated is known.
      expect(events.flatMap((event) => (event.type === "delta" ? [] : rest.translate(event)))).toEqual([]);
    }
  });
});

/** A recorded turn's events. */
function read(name: string) {
  const [head = "", ...lines] = readFileSync(join(FIXTURES, `${name}.jsonl`), "utf8")
    .trim()
    .split("\n");
  const { sessionId, promptId, api = false } = JSON.parse(head) as { sessionId: string; promptId: string; api?: boolean };
  const input = { sessionId, promptId, root: "/worktree", contextSizeOf: () => 100_000, title: null };
  const wires = lines.map((line): unknown => JSON.parse(line));
  return { input, events: (api ? translateApi(name, sessionId, wires) : wires).map((wire) => decodeEvent(wire).event) };
}

/** What the client of opencode 2 makes of a recording, whose session has stopped working when it is over. */
function translateApi(name: string, sessionId: string, wires: readonly unknown[]): unknown[] {
  const translator = new ApiTranslator("/worktree", () => {});
  const translated = wires.flatMap((wire, place) => {
    if (place === 1 && STOPPED.test(name)) translator.noteStop(sessionId);
    return translator.translate(wire).events;
  });
  return [...translated, ...translator.stopped(sessionId)];
}

/** Texts and ends of tool calls, by id. A call that a turn's end cut off has none. */
function fold(events: readonly AgentEvent[]) {
  const texts = new Map<string, string>();
  const tools = new Map<string, string>();
  for (const event of events) {
    if (event.type === "text.delta" || event.type === "thought.delta")
      texts.set(event.partId, (texts.get(event.partId) ?? "") + event.text);
    if (event.type === "part.set") texts.set(event.partId, event.text);
    if (event.type === "tool.updated" && event.status !== "running" && event.status !== "cancelled") tools.set(event.callId, event.status);
  }
  return { texts, tools };
}
