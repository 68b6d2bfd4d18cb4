import type { AgentEvent, ToolResult } from "@boocode/shared/agents/agent-event";
import { PART_ENDING, TextLimiter } from "@boocode/shared/agents/limit-text";
import { boundChangedPaths } from "@boocode/shared/chats/bound-paths";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { expect } from "vitest";
import { AgentProcess } from "../../src/backends/acp/agent-process.ts";
import { AnswerReader } from "../../src/backends/native/wire/answer-reader.ts";
import { EventReader } from "../../src/backends/native/wire/event-reader.ts";
import { SseGuard } from "../../src/backends/opencode/wire/sse-guard.ts";
import { toStoredEvent } from "../../src/tasks/run/to-stored-event.ts";
import type { SizeLimit } from "./size-limit.ts";

/** What agents, their servers and models send. */
export const AGENT_LIMITS: readonly SizeLimit[] = [
  {
    name: "line of an ACP agent",
    figure: "8 MB",
    over: "dropped, and its length reported; the next line is read",
    async check(limit) {
      const lines: number[] = [];
      const dropped: number[] = [];
      const script = `for (const length of [${limit}, ${limit + 1}, 4]) process.stdout.write("x".repeat(length) + "\\n")`;
      const agent = new AgentProcess({
        argv: [process.execPath, "-e", script],
        cwd: "/",
        env: {},
        onLine: (line) => void lines.push(line.length),
        onTooLarge: (bytes) => void dropped.push(bytes),
      });
      await agent.exited;
      expect([lines, dropped]).toEqual([[limit, 4], [limit + 1]]);
    },
  },
  {
    name: "event of an opencode server",
    figure: "8 MB",
    over: "dropped, and its length reported; the next event is read",
    check(limit) {
      const dropped: number[] = [];
      const guard = new SseGuard({ onTooLarge: (bytes) => void dropped.push(bytes) });
      const event = (bytes: number) => Buffer.from(`data: ${"x".repeat(bytes - 6)}\n\n`);
      expect(guard.push(event(limit)).length).toBe(limit + 2);
      expect(guard.push(event(limit + 1)).length).toBe(0);
      expect(guard.push(event(10)).length).toBe(12);
      expect(dropped).toEqual([limit + 1]);
    },
  },
  {
    name: "event of a model's server",
    figure: "8 MB",
    over: "the answer fails: the server sent no event stream",
    check(limit) {
      const event = (chars: number) => Buffer.from(`data: ${"x".repeat(chars - 1)}\n\n`);
      expect(new EventReader().push(event(limit))).toHaveLength(1);
      expect(() => new EventReader().push(event(limit + 1))).toThrow("without an end");
    },
  },
  {
    name: "answer of a model",
    figure: "1 MB",
    over: "cut off there, and the turn fails as `answer_too_long`",
    check(limit) {
      const piece = (text: string) => Buffer.from(`data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`);
      const reader = new AnswerReader("http://127.0.0.1/v1");
      reader.push(piece("x".repeat(limit)));
      expect([reader.failure, reader.take().reduce((chars, { text }) => chars + text.length, 0)]).toEqual([null, limit]);
      reader.push(piece("x"));
      expect(reader.failure).toMatchObject({ taskCause: "answer_too_long" });
    },
  },
  {
    name: "part of an answer, as stored",
    figure: "255 KB",
    over: "cut with a readable end; the rest of the part is dropped",
    check(limit) {
      const room = limit - 100;
      expect(limitPart("x".repeat(room))[0]).toBe("x".repeat(room));
      const [cut, rest] = limitPart("x".repeat(room + 1));
      expect([cut, rest]).toEqual([`${"x".repeat(room)}${PART_ENDING}`, null]);
      expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThanOrEqual(limit);
      // Characters count as they are stored.
      expect(Buffer.byteLength(JSON.stringify(limitPart("\u0001€".repeat(limit))[0]))).toBeLessThanOrEqual(limit);
    },
  },
  {
    name: "text of a turn",
    figure: "4 MB",
    over: "dropped, and the turn is stopped and fails as `answer_too_long`",
    check(limit) {
      const limiter = new TextLimiter();
      const piece = 64 * 1024;
      for (let said = 0; said < limit; said += piece) {
        limiter.limit({ type: "text.delta", partId: `part-${said}`, offset: 0, text: "x".repeat(piece) });
      }
      expect(limiter.isFlooded).toBe(false);
      expect(limiter.limit({ type: "text.delta", partId: "last", offset: 0, text: "x" })).toBeNull();
      expect(limiter.isFlooded).toBe(true);
    },
  },
  {
    name: "texts of one list of an event, together",
    figure: "256 KB",
    over: "the rest of the list is left out; changed files are still counted",
    check(limit) {
      const texts = (chars: number) => Array.from({ length: 200 }, () => "x".repeat(chars));
      const sum = (list: readonly string[]) => list.reduce((chars, text) => chars + text.length, 0);
      const each = Math.floor(limit / 200);
      const stored = (paths: string[]) =>
        toStoredEvent(BUILT_IDS.task, { type: "tool.updated", callId: "call", status: "running", result: {}, paths });
      expect(stored(texts(each))).toMatchObject({ paths: texts(each) });
      const cut = stored(texts(2 * each));
      expect(cut.type === "tool.updated" && sum(cut.paths ?? [])).toBeLessThanOrEqual(limit);
      const changed = boundChangedPaths(texts(2 * each));
      expect([sum(changed.paths) <= limit, changed.pathCount]).toEqual([true, 200]);
    },
  },
  {
    name: "output of a tool, as stored",
    figure: "64 KB",
    over: "its beginning and end stay around a mark, and the bytes left out are counted",
    check(limit) {
      expect(storeResult({ output: "x".repeat(limit) })).toEqual({ output: "x".repeat(limit) });
      const half = "x".repeat(limit / 2);
      expect(storeResult({ output: `${half}y${half}` })).toEqual({ output: `${half}\n…\n${half}`, truncatedBytes: 1 });
    },
  },
  {
    name: "patch of a tool, as stored",
    figure: "64 KB",
    over: "cut behind its last whole line",
    check(limit) {
      const line = `${"x".repeat(63)}\n`;
      const patch = line.repeat(limit / line.length);
      expect(storeResult({ patch })).toEqual({ patch });
      expect(storeResult({ patch: `+${patch}` })).toEqual({ patch: `+${patch.slice(0, -line.length)}` });
    },
  },
  {
    name: "arguments of a tool, as stored",
    figure: "32 KB",
    over: "a preview of 4,000 characters stands for them",
    check(limit) {
      const list = (chars: number) => {
        const words = Array.from({ length: 16 }, () => "x".repeat(2_000));
        return [...words, "x".repeat(chars - JSON.stringify([...words, ""]).length)];
      };
      expect(storeInput(list(limit))).toEqual(list(limit));
      const { preview } = storeInput(list(limit + 1)) as { preview: string };
      expect([preview.length, preview.at(-1)]).toEqual([4_000, "…"]);
    },
  },
];

/** What becomes of a part that comes in one piece, and of a word after it. */
function limitPart(text: string): [string | null, string | null] {
  const limiter = new TextLimiter();
  const say = (offset: number, more: string) => {
    const event = limiter.limit({ type: "text.delta", partId: "part", offset, text: more });
    return event?.type === "text.delta" ? event.text : null;
  };
  return [say(0, text), say(text.length, "more")];
}

function storeResult(result: ToolResult): ToolResult {
  const stored = toStoredEvent(BUILT_IDS.task, { type: "tool.updated", callId: "call", status: "completed", result });
  return (stored as Extract<AgentEvent, { type: "tool.updated" }>).result;
}

function storeInput(input: unknown): unknown {
  const call: AgentEvent = { type: "tool.started", callId: "call", name: "read", kind: "read", title: "Read", paths: [], input };
  return (toStoredEvent(BUILT_IDS.task, call) as Extract<AgentEvent, { type: "tool.started" }>).input;
}
