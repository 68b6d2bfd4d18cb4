import { AgentEvent } from "@boocode/shared/agents/agent-event";
import { PermissionId, TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { toStoredEvent } from "./to-stored-event.ts";

const task = TaskId.parse("task-1");
const store = (event: AgentEvent) => toStoredEvent(task, event);
const started = { type: "tool.started", callId: "call", name: "write", kind: "write", title: "Write", paths: [], input: null } as const;

it("makes ids unique in the chat, parents too, and keeps them short enough to be read back", () => {
  expect(store({ type: "text.delta", partId: "p", offset: 0, text: "x" })).toMatchObject({ partId: "task-1/p" });
  expect(store({ ...started, paths: [], parentCallId: "outer" })).toMatchObject({ callId: "task-1/call", parentCallId: "task-1/outer" });
  const long = store({ type: "part.set", partId: "p".repeat(200), kind: "text", firstSeq: null, text: "" });
  expect(AgentEvent.safeParse(long).success).toBe(true);
  const other = store({ type: "part.set", partId: `${"p".repeat(199)}q`, kind: "text", firstSeq: null, text: "" });
  expect(other).not.toEqual(long);
});

it("keeps head and tail of a long output, by bytes, between characters, and says how much is missing", () => {
  const output = "é😀".repeat(50_000);
  const event = store({ type: "tool.updated", callId: "call", status: "completed", result: { output, truncatedBytes: 7 } });
  if (event.type !== "tool.updated") throw new Error("Another event");
  const kept = event.result.output ?? "";
  const [head = "", tail = ""] = kept.split("\n…\n");
  expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(64 * 1024 + 5);
  expect(output.startsWith(head) && output.endsWith(tail) && kept.isWellFormed()).toBe(true);
  expect((event.result.truncatedBytes ?? 0) - 7 + Buffer.byteLength(head) + Buffer.byteLength(tail)).toBe(Buffer.byteLength(output));
});

it("leaves an output alone that fits exactly", () => {
  const result = { output: "x".repeat(64 * 1024) };
  expect(store({ type: "tool.updated", callId: "call", status: "completed", result })).toMatchObject({ result });
});

it("cuts a long patch between its lines", () => {
  const patch = "+a line of the patch\n".repeat(5_000);
  const event = store({ type: "tool.updated", callId: "call", status: "completed", result: { patch } });
  expect(event.type === "tool.updated" && event.result.patch?.endsWith("+a line of the patch\n")).toBe(true);
});

it.each([
  ["a long string", { text: "x".repeat(100_000) }, { text: `${"x".repeat(3_999)}…` }],
  ["too much of everything", Array.from({ length: 20_000 }, () => "word"), { preview: expect.any(String) }],
  ["what JSON cannot say", { size: 1n }, null],
])("bounds the arguments of a tool: %s", (_, input, expected) => {
  expect(store({ ...started, paths: [], input })).toMatchObject({ input: expected });
});

it("an event that is none becomes a notice", () => {
  const event = { ...started, paths: "src/a.ts" } as unknown as AgentEvent;
  expect(() => store({ type: "tool.updated", callId: "c", status: "odd", result: {} } as unknown as AgentEvent)).not.toThrow();
  expect(store(event)).toMatchObject({ type: "notice", level: "warning" });
});

const asked = {
  type: "permission.requested",
  permissionId: PermissionId.parse("p"),
  callId: "call",
  title: "May I?",
  argv: ["make"],
  options: [{ id: "yes", label: "Yes", kind: "allow_once" }],
} as const;
const ask = (given: object) => store({ ...asked, ...given } as unknown as AgentEvent);

it("makes a question's id unique everywhere, as long as it is", () => {
  expect(ask({})).toMatchObject({ permissionId: "task-1:p", callId: "task-1/call", argv: ["make"] });
  const resolved = store({ type: "permission.resolved", permissionId: asked.permissionId, optionId: null, by: "cancelled" });
  expect(resolved).toMatchObject({ permissionId: "task-1:p" });
  const long = ask({ permissionId: "p".repeat(128) });
  expect(AgentEvent.safeParse(long).success).toBe(true);
  expect(ask({ permissionId: `${"p".repeat(127)}q` })).not.toMatchObject({ permissionId: (long as { permissionId: string }).permissionId });
});

it.each([
  ["a long command, whole", { argv: ["sh", "-c", "x".repeat(200_000)] }, 1],
  ["a command too long to be shown", { argv: ["sh", "-c", "x".repeat(300_000)] }, 0],
  ["too many files", { paths: Array.from({ length: 501 }, (_, n) => `f${n}`) }, 0],
  ["too many answers", { options: Array.from({ length: 21 }, (_, n) => ({ id: `${n}`, label: "", kind: "allow_once" })) }, 0],
])("only what can be shown whole can be answered: %s", (_, given, options) => {
  const event = ask(given);
  expect(event).toMatchObject({ type: "permission.requested", options: { length: options } });
  expect(JSON.stringify(event).length).toBeLessThan(300_000);
  expect(options === 0 || JSON.stringify(event).includes("x".repeat(200_000))).toBe(true);
});

it("cuts what an agent calls its session and its commands, and leaves out a command that cannot be called by its name", () => {
  expect(store({ type: "session.updated", agentSessionId: "s", title: "t".repeat(10_000) })).toMatchObject({
    type: "session.updated",
    title: `${"t".repeat(499)}…`,
  });
  const commands = [
    { name: "n".repeat(201), description: "" },
    ...Array.from({ length: 600 }, (_, index) => ({ name: `c${index}`, description: index === 0 ? "d".repeat(5_000) : "d" })),
  ];
  const stored = store({ type: "commands.updated", commands });
  if (stored.type !== "commands.updated") throw new Error("Another event");
  expect(stored.commands).toHaveLength(500);
  expect(stored.commands[0]).toEqual({ name: "c0", description: `${"d".repeat(1_999)}…` });
});

it("cuts where a command runs and how it ended, so that its event stays one", () => {
  const cwd = `/${"d".repeat(10_000)}`;
  expect(store({ ...started, paths: [], cwd })).toMatchObject({ type: "tool.started", cwd: `${cwd.slice(0, 4_095)}…` });
  const result = { signal: "S".repeat(100) };
  expect(store({ type: "tool.updated", callId: "call", status: "failed", result })).toMatchObject({ type: "tool.updated" });
});
