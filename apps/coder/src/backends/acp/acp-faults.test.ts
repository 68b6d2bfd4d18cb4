import { recordFault } from "@boocode/testkit/record-fault";
import type { AcpScenario, AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { describe, expect, it } from "vitest";
import { findProcessesByMarker } from "../../platform/processes/process.ts";
import type { Time } from "../../platform/time.ts";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { say, setUpScripted, TEST_MARKER } from "./acp-fixture.ts";

const talk = (text: string): AcpStep => ({ do: "say", text });
const line = (value: unknown) => `${JSON.stringify(value)}\n`;
const chunk = (sessionId: unknown, content: unknown) => ({
  jsonrpc: "2.0",
  method: "session/update",
  params: { sessionId, update: { sessionUpdate: "agent_message_chunk", content } },
});

/** Lines on standard output that are not messages, or are meaningless ones. */
const BAD: Readonly<Record<string, string>> = {
  "a line of a log": "INFO starting up\n",
  "a line of a log in JSON": line({ level: "info", msg: "starting" }),
  "half a message": '{"jsonrpc":"2.0","method":"session/upd\n',
  "a batch": line([{ jsonrpc: "2.0", method: "session/update", params: {} }]),
  "a number": "42\n",
  "wrong types": line(chunk(7, "text")),
  "a method that is no text": line({ jsonrpc: "2.0", id: 4, method: { a: 1 } }),
  "an answer to nothing": line({ jsonrpc: "2.0", id: 99_999, result: {} }),
  "an answer without an answer": line({ jsonrpc: "2.0", id: 1 }),
  "an answer to what has been answered": line({ jsonrpc: "2.0", id: 1, result: { protocolVersion: 9 } }),
  "a huge id": '{"jsonrpc":"2.0","id":1e999,"method":"session/request_permission","params":{}}\n',
  "a prototype": '{"jsonrpc":"2.0","method":"session/update","__proto__":{"polluted":1},"params":{"__proto__":{"polluted":1}}}\n',
  "control characters": "\u0000\u0001\u001b[31m\n",
  "empty lines": "\n\r\n  \n",
  "deep nesting": `${"[".repeat(100_000)}\n`,
};

describe("F19: a line that is not a message is skipped, and the next one is read", () => {
  it("whatever it is", async () => {
    const names = Object.keys(BAD);
    const steps = names.flatMap((name): AcpStep[] => [{ do: "garbage", text: BAD[name]! }, talk(`after_${name.replaceAll(" ", "_")} `)]);
    await using subject = await setUpScripted({ prompts: [steps] });
    const turn = await say(await subject.backend.open(subject.opening), "Go");
    const wanted = names.map((name) => `after_${name.replaceAll(" ", "_")}`);
    const got = new Set(turn.text.trim().split(" "));
    const eventsLost = wanted.filter((word) => !got.has(word)).length;
    recordFault({ fault: "F19", repetitions: names.length, eventsLost, stuckTurns: turn.end.state === "completed" ? 0 : 1 });
    expect(turn.end).toMatchObject({ state: "completed" });
    expect(turn.text.trim().split(" ")).toEqual(wanted);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    for (const { fields } of subject.logged) expect(JSON.stringify(fields).length).toBeLessThan(700);
  });

  it("takes a byte order mark, and lines that end as on Windows", async () => {
    const text = `\uFEFF${JSON.stringify(chunk("session-1", { type: "text", text: "With a mark" }))}\r\n`;
    await using subject = await setUpScripted({ prompts: [[{ do: "garbage", text }]] });
    expect(await say(await subject.backend.open(subject.opening), "Go")).toMatchObject({ text: "With a mark" });
  });

  it("answers an unknown request with an error, so that the agent does not wait for it", async () => {
    const unknown = line({ jsonrpc: "2.0", id: "x", method: "fs/read_text_file", params: { path: "/etc/passwd" } });
    await using subject = await setUpScripted({
      prompts: [
        [
          { do: "garbage", text: unknown },
          { do: "askUnknown", method: "terminal/create" },
        ],
      ],
    });
    expect(await say(await subject.backend.open(subject.opening), "Go")).toMatchObject({
      text: "error -32601",
      end: { state: "completed" },
    });
  });

  it("ends a turn in which nothing but such lines comes, and its program, with what it said", async () => {
    const noise: AcpStep[] = [{ do: "printSecret", text: "wrong program" }, { do: "garbage", text: "noise\n".repeat(20) }, { do: "hang" }];
    await using subject = await setUpScripted({ prompts: [noise, [talk("Fine")]] });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Go");
    expect(turn.end).toMatchObject({
      state: "failed",
      cause: "protocol_error",
      evidence: { message: expect.stringContaining("20 lines"), stderrTail: "wrong program" },
    });
    await conversation.closed;
    expect(subject.deaths).toHaveLength(1);
    expect(await findProcessesByMarker(TEST_MARKER, subject.marker)).toEqual([]);
    const shown = subject.logged.filter(({ level }) => level === "warn").map(({ fields }) => fields);
    // Log only some of the lines: a program that prints only noise would fill the log.
    expect(shown.filter((fields) => "head" in fields)).toHaveLength(5);
  });
});

it("F20: a line of 50 MB is skipped with a notice, and the turn continues", async () => {
  await using subject = await setUpScripted({ prompts: [[{ do: "giantLine", bytes: 50 * 1024 * 1024 }, talk("Behind it")]] });
  const turn = await say(await subject.backend.open(subject.opening), "Go");
  const { state } = turn.end;
  recordFault({ fault: "F20", repetitions: 1, eventsLost: turn.text === "Behind it" ? 0 : 1, stuckTurns: state === "completed" ? 0 : 1 });
  expect(turn).toMatchObject({ text: "Behind it", end: { state: "completed" } });
  expect(turn.events[0]).toEqual({
    type: "notice",
    level: "warning",
    text: "The agent sent a message of 50 MB, which is too large and was skipped.",
  });
});

/** A clock that advances only when told to. */
class HeldTime implements Pick<Time, "after" | "elapsedMs"> {
  #now = 0;
  readonly #waiting = new Set<{ at: number; work: () => void }>();
  readonly #planned = Promise.withResolvers<void>();

  /** Resolves when a timer is set. */
  get planned(): Promise<void> {
    return this.#planned.promise;
  }

  elapsedMs(): number {
    return this.#now;
  }

  after(delayMs: number, work: () => void): () => void {
    const entry = { at: this.#now + delayMs, work };
    this.#waiting.add(entry);
    this.#planned.resolve();
    return () => this.#waiting.delete(entry);
  }

  goTo(ms: number): void {
    this.#now = ms;
    for (const entry of [...this.#waiting].filter(({ at }) => at <= ms)) {
      this.#waiting.delete(entry);
      entry.work();
    }
  }
}

describe("T2: a stop is obeyed, or the process is ended", () => {
  const busy: AcpStep[] = [talk("Busy"), { do: "hang" }];
  async function stopAt(scenario: Partial<AcpScenario>, climb: (time: HeldTime, conversation: AgentConversation) => void) {
    const time = new HeldTime();
    await using subject = await setUpScripted({ prompts: [busy, [talk("Next")]], ...scenario }, { time: time });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Go", (event) => {
      if (event.type !== "text.delta") return;
      void conversation.cancel();
      climb(time, conversation);
    });
    return { end: turn.end, left: await findProcessesByMarker(TEST_MARKER, subject.marker), conversation };
  }

  it("by a cancel, which leaves the process", async () => {
    const { end, left } = await stopAt({}, () => {});
    expect(end).toEqual(expect.objectContaining({ state: "cancelled", cause: "stopped_by_person", evidence: null }));
    expect(left).toHaveLength(1);
  });

  it.each<[string, number, Partial<AcpScenario>]>([
    ["SIGINT", 6_000, {}],
    ["SIGTERM", 9_000, { ignoreSignals: ["SIGINT"] }],
    ["SIGKILL", 12_000, { ignoreSignals: ["SIGINT", "SIGTERM"] }],
  ])("by %s at %i ms", async (signal, at, scenario) => {
    const { end, conversation } = await stopAt({ ignoreCancel: true, ...scenario }, (time) => {
      for (const ms of [5_999, 6_000, 9_000, 12_000]) if (ms <= at) time.goTo(ms);
    });
    expect(end).toMatchObject({ state: "cancelled", cause: "stopped_by_person", evidence: { signal } });
    await conversation.closed;
  });
});

describe("P1: a program that does not get ready", () => {
  it.each(["initialize", "session/new"])("is given up when it does not answer %s in time", async (method) => {
    const time = new HeldTime();
    await using subject = await setUpScripted({ prompts: [[]], hangsOn: [method] }, { time: time, readyLimitMs: 1_000 });
    const opened = subject.backend.open(subject.opening);
    opened.catch(() => {});
    await time.planned;
    time.goTo(1_000);
    await expect(opened).rejects.toMatchObject({
      fault: { kind: "agent_unavailable", hint: "It did not get ready within 1 s." },
    });
    expect(await findProcessesByMarker(TEST_MARKER, subject.marker)).toEqual([]);
  });
});
