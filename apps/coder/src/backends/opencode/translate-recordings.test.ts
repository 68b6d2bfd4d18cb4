import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AgentEvent } from "@boocode/shared/agents/agent-event";
import { mergeDeltas } from "@boocode/shared/agents/turns/merge-deltas";
import { applyTurnSignal, beginTurn, type TurnVerdict } from "@boocode/shared/agents/turns/turn-guard";
import { describe, expect, it } from "vitest";
import { decodeEvent } from "./wire/decode-event.ts";
import { toTurnSignal } from "./turn/to-turn-signal.ts";
import { TurnTranslator } from "./turn/turn-translator.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const NAMES = readdirSync(FIXTURES).flatMap((file) => (file.endsWith(".jsonl") ? [file.slice(0, -".jsonl".length)] : []));

/** A recorded turn of the real opencode, run through the decoder, translator and guard. */
function play(name: string, repeat = 1) {
  const [head = "", ...lines] = readFileSync(join(FIXTURES, `${name}.jsonl`), "utf8")
    .trim()
    .split("\n");
  const { sessionId, promptId } = JSON.parse(head) as { sessionId: string; promptId: string };
  const translator = new TurnTranslator({ sessionId, promptId, root: "/worktree", contextSizeOf: () => 100_000, title: null });
  let guard = beginTurn(promptId);
  if (name === "abort" || name === "command-stopped") ({ guard } = applyTurnSignal(guard, { type: "stop_asked" }));
  const events: AgentEvent[] = [];
  const unknown: string[] = [];
  let end: TurnVerdict | null = null;
  for (const line of lines) {
    const { event } = decodeEvent(JSON.parse(line));
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
});
