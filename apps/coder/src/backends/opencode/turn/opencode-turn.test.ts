import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { TaskId } from "@boocode/shared/ids";
import type { OpencodeReply } from "@boocode/testkit/opencode/opencode-steps";
import type { StoredMessage } from "@boocode/testkit/opencode/opencode-store";
import { ScriptedOpencode, type ScriptedOpencodeOptions } from "@boocode/testkit/scripted-opencode";
import { describe, expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../../../test/manual-time.ts";
import { systemTime, type Time } from "../../../platform/time.ts";
import { decodeEvent } from "../wire/decode-event.ts";
import { newMessageId } from "../wire/message-id.ts";
import { OpencodeClient } from "../wire/opencode-client.ts";
import { silentLogger } from "../opencode-fixture.ts";
import { OpencodeTurn } from "./opencode-turn.ts";
import { stripTags } from "./tag-stripper.ts";

const DIRECTORY = "/somewhere";

/** One turn over a scripted server in this process, with its stream. */
async function beginTurn(options: ScriptedOpencodeOptions, time: Pick<Time, "after" | "elapsedMs"> = systemTime) {
  const server = await ScriptedOpencode.start(options);
  onTestFinished(() => server.stop());
  const toClient = () => new OpencodeClient({ url: server.url, password: "" });
  const client = toClient();
  const session = await client.createSession(DIRECTORY);
  const events: AgentEvent[] = [];
  const promptId = newMessageId(Date.now(), { sessionId: session.id, taskId: TaskId.parse("tsk_1") });
  const prompt = {
    taskId: TaskId.parse("tsk_1"),
    generation: 1,
    text: "Go",
    model: "",
    mode: "auto",
    emit: (event: AgentEvent) => void events.push(event),
  };
  const where = { client, directory: DIRECTORY, sessionId: session.id };
  const turn = new OpencodeTurn(
    { ...where, time, logger: silentLogger, contextSizeOf: () => null, silenceMs: 180_000, fenceMs: 6_000, onFenced: () => {} },
    { prompt, promptId, title: null },
  );
  const stream = await client.openStream({
    directory: DIRECTORY,
    onAlive: () => {},
    onTooLarge: () => {},
    onData: (data) => turn.take(decodeEvent(data).event),
  });
  onTestFinished(() => stream.close());
  await turn.begin({ call: null, model: null, mode: null });
  return { server, turn, stream, events, session, toClient };
}

const RICH: OpencodeReply = {
  steps: [
    { do: "say", kind: "reasoning", text: "I think of it first.", isKindLate: true },
    { do: "say", text: "First this, " },
    { do: "tool", tool: "bash", input: { command: "make" }, output: "made" },
    { do: "delegate", title: "Look", steps: [{ do: "tool", tool: "read", input: { filePath: "a" }, output: "one" }] },
    { do: "step" },
    {
      do: "say",
      text: "<dcp-message-id>m1</dcp-message-id>then that.",
      pieces: ["<dcp-mess", "age-id>m1</dcp-message", "-id>then", " that."],
    },
    { do: "tool", tool: "bash", input: { command: "false" }, error: "It failed." },
  ],
};

/** What a reader sees: parts in order of appearance. Throws on a delta that leaves a gap or comes twice. */
function fold(events: readonly AgentEvent[]) {
  const texts = new Map<string, string>();
  const tools = new Map<string, string>();
  for (const event of events) {
    if (event.type === "part.set") texts.set(event.partId, event.text);
    if (event.type === "text.delta" || event.type === "thought.delta") {
      const known = texts.get(event.partId) ?? "";
      if (event.offset !== known.length) throw new Error(`A piece at ${event.offset} behind ${known.length}`);
      texts.set(event.partId, known + event.text);
    }
    if (event.type === "tool.started") {
      if (tools.has(event.callId)) throw new Error(`${event.callId} began twice`);
      tools.set(event.callId, "running");
    }
    if (event.type === "tool.updated" && event.status !== "running") {
      if (tools.get(event.callId) !== "running") throw new Error(`${event.callId} ended, and did not run`);
      tools.set(event.callId, event.status);
    }
  }
  return { texts: [...texts].filter(([, text]) => text !== ""), tools: [...tools] };
}

/** The same, from the server's stored messages. */
function read(messages: readonly StoredMessage[], childMessages: readonly StoredMessage[]) {
  const parts = messages.filter(({ info }) => info.role === "assistant").flatMap((message) => message.parts);
  const texts = parts
    .filter(({ type }) => type === "text" || type === "reasoning")
    .map(({ id, text }) => [id, stripTags(String(text))])
    .filter(([, text]) => text !== "");
  const all = [...parts, ...childMessages.flatMap((message) => message.parts)];
  const tools = all.flatMap(({ type, id, state }) => {
    const { status } = (state ?? {}) as { status?: string };
    const shown = { completed: "completed", error: "failed", running: "cancelled" }[status ?? ""];
    return type === "tool" && shown ? [[id, shown]] : [];
  });
  const last = messages.at(-1)?.info;
  return { texts, tools, isWhole: last?.["finish"] === "stop" && last.time.completed !== undefined };
}

describe("F2: a server that is killed at any event of a turn", () => {
  it("leaves the transcript that is written down: nothing missing, nothing twice", async () => {
    let kills = 0;
    for (let event = 2; ; event += 1) {
      const { server, turn, stream, events, session, toClient } = await beginTurn({
        script: () => RICH,
        faults: { diesAtEvent: event },
      });
      const isOver = await Promise.race([stream.over.then(() => false), turn.ended.then(() => true)]);
      if (isOver) break;
      kills += 1;
      await server.restart();
      await turn.salvage(toClient());
      turn.interrupt("agent_exit", null);
      const { state } = await turn.ended;
      const child = server.store.list(DIRECTORY).find(({ parentID }) => parentID === session.id);
      const told = child ? events.some((one) => one.type === "tool.started" && one.parentCallId !== undefined) : false;
      const { isWhole, ...written } = read(server.store.messages(session.id), told && child ? server.store.messages(child.id) : []);
      const seen = fold(events);
      expect({ event, texts: seen.texts, tools: seen.tools.toSorted() }).toEqual({
        event,
        texts: written.texts,
        tools: written.tools.toSorted(),
      });
      expect({ event, state }).toEqual({ event, state: isWhole ? "completed" : "interrupted" });
    }
    expect(kills).toBeGreaterThan(40);
  });
});

describe("A turn of which nothing comes", () => {
  const looks = (server: ScriptedOpencode) =>
    server.requests.filter(({ method, path }) => method === "GET" && path.endsWith("/message")).length;

  it("T5: is asked about after 180 s, and its end is found", async () => {
    const time = new ManualTime();
    const { server, turn, events, session } = await beginTurn(
      { script: () => ({ steps: [{ do: "say", text: "Said." }], isEndSilent: true }) },
      time,
    );
    const isWritten = () => server.store.messages(session.id).at(-1)?.info.time.completed !== undefined;
    await until(() => isWritten() && events.some(({ type }) => type === "usage.updated"));
    time.advance(179_000);
    expect(looks(server)).toBe(0);
    time.advance(2_000);
    // The found end is followed by a short wait for last words.
    await until(() => time.pending.includes(200));
    time.advance(200);
    expect(await turn.ended).toMatchObject({ state: "completed" });
    expect(looks(server)).toBe(1);
  });

  it.each([
    ["a tool runs", [{ do: "tool", tool: "bash", input: { command: "make" }, during: [{ do: "never" }] }]],
    ["a permission waits", [{ do: "ask", permission: "bash", patterns: ["make"] }]],
    ["a child's tool runs", [{ do: "delegate", title: "Look", steps: [{ do: "tool", tool: "bash", during: [{ do: "never" }] }] }]],
  ] as const)("T5: is left alone while %s, however long that takes", async (_, steps) => {
    const time = new ManualTime();
    const { server, turn, events } = await beginTurn({ script: () => ({ steps }) }, time);
    await until(() => events.some(({ type }) => type === "tool.started" || type === "permission.requested"));
    for (let minute = 0; minute < 600; minute += 1) time.advance(60_000);
    expect(looks(server)).toBe(0);
    expect(turn.isOver).toBe(false);
    await turn.stop();
    expect(await turn.ended).toMatchObject({ state: "cancelled" });
  });
});

/** Resolves when the condition holds; checks it in every turn of the event loop. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
