import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AgentEvent } from "@boocode/shared/agents/agent-event";
import { mergeDeltas } from "@boocode/shared/agents/turns/merge-deltas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineReader } from "../../platform/line-reader.ts";
import { findCliProfile } from "./cli-profiles.ts";
import { TurnFold } from "./turn-fold.ts";

const FIXTURES = join(import.meta.dirname, "wire/fixtures");
const NAMES = ["claude", "codex", "pi"];
const RECORDED = new Map(NAMES.map((name) => [name, readFileSync(join(FIXTURES, `${name}.jsonl`))]));

/** The turns that an agent's lines tell, one process after the other. */
function listen(name: string) {
  const decode = findCliProfile(name, []).decode!;
  const options = { root: "/worktree", resumed: null, before: {} };
  const turns: { fold: TurnFold; events: AgentEvent[] }[] = [];
  const bad: string[] = [];
  const onLine = (bytes: Buffer) => {
    const line = bytes.toString("utf8").trim();
    const signs = line === "" ? [] : decode(line, options.root);
    if (signs === null) return void bad.push(line);
    const last = turns.at(-1);
    const isNew = !last || (last.fold.saidEnd !== null && signs[0]?.kind === "session");
    const turn = isNew ? { fold: new TurnFold({ ...options, before: last?.fold.sessionUsage ?? {} }), events: [] } : last;
    if (isNew) turns.push(turn);
    for (const sign of signs) turn.events.push(...turn.fold.take(sign));
  };
  return { turns, bad, reader: new LineReader({ maxBytes: 64 * 1024, onLine, onTooLarge: () => {} }) };
}

describe("What real agents said on their command line", () => {
  it.each(NAMES)("%s: is told as recorded", async (name) => {
    const { turns, bad, reader } = listen(name);
    await reader.push(RECORDED.get(name)!);
    expect(bad).toEqual([]);
    const told = turns.map(({ fold, events }) => ({
      events: mergeDeltas([...events, ...fold.settle()]),
      end: fold.saidEnd,
      usage: fold.usage,
      sessionId: fold.sessionId,
      model: fold.model,
      unknown: [...fold.unknown],
    }));
    const events = told.flatMap((turn) => turn.events);
    expect(events.filter((event) => !AgentEvent.safeParse(event).success)).toEqual([]);
    await expect(`${JSON.stringify(told, null, 2)}\n`).toMatchFileSnapshot(`./wire/fixtures/${name}.expected.json`);
  });
});

/** The last line of each agent, which says its last words. */
const LAST: Readonly<Record<string, object>> = {
  claude: { type: "assistant", message: { content: [{ type: "text", text: "these are the last words" }] } },
  codex: { type: "item.completed", item: { id: "last", type: "agent_message", text: "these are the last words" } },
  pi: {
    type: "message_end",
    message: { role: "assistant", content: [{ type: "text", text: "these are the last words" }], stopReason: "stop" },
  },
};

type Mutation = (bytes: Buffer, at: number, length: number) => Buffer;

/** Ways to corrupt bytes. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flip: (bytes, at, length) => {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (length % 8));
    return flipped;
  },
  truncate: (bytes, at) => bytes.subarray(0, at),
  drop: (bytes, at, length) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
  duplicate: (bytes, at, length) => Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]),
  list: (bytes, at) =>
    Buffer.from(
      bytes
        .toString("latin1")
        .replace(/"(\w+)":("[^"]*"|\d+)/g, (whole, key: string, value: string, place: number) =>
          place % 97 === at % 97 ? `"${key}":[${value}]` : whole,
        ),
      "latin1",
    ),
};

it("F19: corrupted output on a command line breaks nothing, and the next whole line is read", async () => {
  const step = fc.tuple(fc.constantFrom(...Object.keys(MUTATIONS)), fc.nat(1_000_000), fc.integer({ min: 1, max: 2_000 }));
  const window = fc.tuple(fc.nat(1_000_000), fc.integer({ min: 1, max: 1_200 }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...NAMES),
      window,
      fc.array(step, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 5_000 }),
      async (name, [from, length], steps, size) => {
        const recorded = RECORDED.get(name)!;
        let bytes: Buffer = recorded.subarray(from % recorded.length, (from % recorded.length) + length);
        for (const [kind, at, many] of steps) if (bytes.length > 0) bytes = MUTATIONS[kind]!(bytes, at % bytes.length, many);
        const agent = listen(name);
        for (let place = 0; place < bytes.length; place += size) await agent.reader.push(bytes.subarray(place, place + size));
        await agent.reader.push(Buffer.from(`\n${JSON.stringify(LAST[name])}\n`));
        const events = agent.turns.flatMap(({ fold, events: told }) => [...told, ...fold.settle()]);
        const said = events.flatMap((event) => (event.type === "text.delta" ? [event.text] : [])).join("");
        expect({
          isHeard: said.endsWith("these are the last words"),
          unfit: events.filter((event) => !AgentEvent.safeParse(event).success),
        }).toEqual({ isHeard: true, unfit: [] });
      },
    ),
    { numRuns: 3_000 },
  );
});
