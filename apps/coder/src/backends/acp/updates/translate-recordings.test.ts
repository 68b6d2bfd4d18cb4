import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AgentEvent } from "@boocode/shared/agents/agent-event";
import { mergeDeltas } from "@boocode/shared/agents/turns/merge-deltas";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { systemTime } from "../../../platform/time.ts";
import { PermissionAsks } from "../permission-asks.ts";
import { SessionState } from "../session-state.ts";
import { UpdateTranslator } from "./update-translator.ts";
import { AcpConnection } from "../wire/acp-connection.ts";
import { SessionAnswer } from "../wire/acp-wire.ts";
import { LineReader } from "../../../platform/line-reader.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const NAMES = readdirSync(FIXTURES).flatMap((file) => (file.endsWith(".jsonl") ? [file.slice(0, -".jsonl".length)] : []));
const RECORDED = NAMES.map((name) => readFileSync(join(FIXTURES, `${name}.jsonl`)));

/** The whole path from the agent's standard output, with one turn that never ends. */
async function listen() {
  const state = new SessionState();
  const asks = new PermissionAsks();
  const translator = new UpdateTranslator({ root: "/worktree", agentSessionId: "session", state });
  const events: AgentEvent[] = [];
  const unknown = new Set<string>();
  const bad: string[] = [];
  const written: string[] = [];
  const connection = new AcpConnection({
    write: (line) => void written.push(line),
    time: systemTime,
    onAsk: async (ask) => {
      const { callId, call, events: before } = translator.announce(ask.toolCall);
      events.push(...before, asks.ask({ ...ask, toolCall: call }, callId, "/worktree").event);
      return { outcome: { outcome: "cancelled" } };
    },
    onUpdate: (decoded) => {
      if (decoded.kind === "unknown") unknown.add(decoded.name);
      else events.push(...translator.translate(decoded.update));
    },
    onBadLine: (reason, head) => void bad.push(`${reason} ${Buffer.byteLength(head)}`),
    onBroken: () => expect.fail("No line ends the connection"),
  });
  const settle = (outcome: { kind: string; result?: unknown }) => {
    const opened = SessionAnswer.safeParse(outcome.result ?? {});
    if (opened.success) state.begin(opened.data);
  };
  // As many as in a recording, which counts from 1.
  const prompt = { sessionId: "session", prompt: [] };
  connection.start("session/set_model", {}, () => {});
  connection.start("initialize", { protocolVersion: 1 }, settle);
  connection.start("session/new", { cwd: "/worktree", mcpServers: [] }, settle);
  for (const _ of [1, 2]) connection.start("session/prompt", prompt, settle);
  // Requests are written a few promises later.
  await new Promise((resolve) => setImmediate(resolve));
  const onLine = (line: Buffer) => connection.take(line);
  const reader = new LineReader({ maxBytes: 64 * 1024, onLine, onTooLarge: (bytes) => connection.tooLarge(bytes) });
  return { reader, state, translator, events, unknown, bad, written };
}

describe("What real agents said over ACP", () => {
  it.each(NAMES)("%s: is told as recorded", async (name) => {
    const agent = await listen();
    await agent.reader.push(RECORDED[NAMES.indexOf(name)]!);
    const { state, translator, bad } = agent;
    const events = mergeDeltas([...agent.events, ...translator.settle()]);
    expect({ bad, unknown: [...agent.unknown] }).toEqual({ bad: [], unknown: [] });
    expect(events.filter((event) => !AgentEvent.safeParse(event).success)).toEqual([]);
    const { modes, mode, models, model } = state;
    const told = { events, usage: translator.usage, modes, mode, models, model };
    await expect(`${JSON.stringify(told, null, 2)}\n`).toMatchFileSnapshot(`./fixtures/${name}.expected.json`);
  });
});

type Mutation = (bytes: Buffer, at: number, length: number, other: Buffer) => Buffer;

/** Ways to corrupt bytes. `at` is a position in them. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flip: (bytes, at, length) => {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (length % 8));
    return flipped;
  },
  truncate: (bytes, at) => bytes.subarray(0, at),
  drop: (bytes, at, length) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
  duplicate: (bytes, at, length) => Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]),
  splice: (bytes, at, length, other) =>
    Buffer.concat([bytes.subarray(0, at), other.subarray(at % other.length, (at % other.length) + length), bytes.subarray(at)]),
  swap: (bytes, at) =>
    Buffer.from(
      bytes
        .toString("latin1")
        .replace(/"(\w+)":("[^"]*"|\d+)/g, (whole, key: string, value: string, place: number) =>
          place % 97 === at % 97 ? `"${key}":[${value}]` : whole,
        ),
      "latin1",
    ),
  prototype: (bytes, at) =>
    Buffer.from(
      bytes
        .toString("latin1")
        .replace(/"(update|params|content|rawInput|_meta)":\{/g, (whole, _, place: number) =>
          place % 7 === at % 7 ? `${whole}"__proto__":{"polluted":1},` : whole,
        ),
      "latin1",
    ),
};

const OWN = Object.keys(MUTATIONS);
const LAST_WORDS = "these are the last words";
const lastLine = Buffer.from(
  `\n${JSON.stringify({ jsonrpc: "2.0", method: "session/update", params: { sessionId: "session", update: { sessionUpdate: "agent_message_chunk", messageId: "last", content: { type: "text", text: LAST_WORDS } } } })}\n`,
);

it("F19: corrupted output of an agent breaks nothing, and the next whole line is read", async () => {
  // The SDK prints messages that it cannot parse to the console.
  const console = vi.spyOn(globalThis.console, "error");
  const step = fc.tuple(fc.constantFrom(...OWN), fc.nat(1_000_000), fc.integer({ min: 1, max: 2_000 }));
  // Use a window of a recording: failures show within a few lines.
  const window = fc.tuple(fc.nat(1_000_000), fc.integer({ min: 1, max: 1_200 }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...RECORDED),
      window,
      fc.array(step, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 5_000 }),
      async (recorded, [from, length], steps, size) => {
        let bytes: Buffer = recorded.subarray(from % recorded.length, (from % recorded.length) + length);
        for (const [name, at, many] of steps) if (bytes.length > 0) bytes = MUTATIONS[name]!(bytes, at % bytes.length, many, RECORDED[0]!);
        const agent = await listen();
        for (let place = 0; place < bytes.length; place += size) await agent.reader.push(bytes.subarray(place, place + size));
        await agent.reader.push(lastLine);
        const events = [...agent.events, ...agent.translator.settle()];
        const last = events.findLast(({ type }) => type === "text.delta");
        // Compare everything at once: a million expectations would take longer than the work itself.
        expect({
          isHeard: last?.type === "text.delta" && last.text === LAST_WORDS,
          unfit: events.filter((event) => !AgentEvent.safeParse(event).success),
          longHeads: agent.bad.filter((one) => Number(one.split(" ").at(-1)) > 512),
          polluted: ({} as { polluted?: number }).polluted,
        }).toEqual({ isHeard: true, unfit: [], longHeads: [], polluted: undefined });
      },
    ),
    { numRuns: 5_000 },
  );
  expect(console).not.toHaveBeenCalled();
});
