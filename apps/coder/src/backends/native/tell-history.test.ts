import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import { Barrier } from "@boocode/testkit/barrier";
import type { ModelReply, ModelRequest } from "@boocode/testkit/model/model-script";
import type { ModelMessage } from "ai";
import { describe, expect, it } from "vitest";
import { ContextSizes } from "./context-sizes.ts";
import { setUpNative } from "./native-fixture.ts";
import { shortenResults } from "./shorten-results.ts";
import { toReadTurns } from "./to-model-messages.ts";

/** A context of 4,000 tokens: 9,600 characters of history. */
const SMALL = { modelFields: { max_model_len: 4_000 } };
const long = (word: string) => `${word} `.repeat(1_000).trim();
const isSummary = ({ body }: ModelRequest) => JSON.stringify(body.messages[0]).includes("You summarise");
const askedOf = ({ body }: ModelRequest) => body.messages.slice(1).map(({ content }) => content as string);

/** Answers with a text of 5,000 characters or so, and every request for a summary with `summary`. */
const answering =
  (summary: ModelReply) =>
  (request: ModelRequest, index: number): ModelReply =>
    isSummary(request) ? summary : { steps: [{ kind: "text", text: long(`answer-${index}`).slice(0, 5_000) }] };

const summaryOf = (events: readonly AgentEvent[]) => events.filter((event) => event.type === "notice" && event.summary !== undefined);

describe("A chat that is too long for its model", () => {
  it("is summarised before the request, once, and the next turns go on with the summary", async () => {
    const summary = { steps: [{ kind: "text" as const, text: "They want speed." }] };
    await using subject = await setUpNative(answering(summary), { ...SMALL, remembers: true });
    await subject.run("One");
    await subject.run("Two");
    const third = await subject.run("Three");
    expect(summaryOf(third.events)).toEqual([
      {
        type: "notice",
        level: "info",
        text: "Earlier messages were summarised.",
        summary: { text: "They want speed.", throughTaskId: "tsk_1" },
      },
    ]);
    const [asked, given] = subject.model.requests.slice(-2) as [ModelRequest, ModelRequest];
    expect(isSummary(asked)).toBe(true);
    expect(asked.body.tools ?? []).toEqual([]);
    expect(askedOf(asked)[0]).toMatch(/^Person: One\nAgent: answer-0 answer-0/);
    expect(askedOf(given)).toMatchObject([
      expect.stringMatching(/^This is a summary .*\n\nThey want speed\.$/s),
      expect.any(String),
      "Two",
      expect.stringContaining("answer-1"),
      "Three",
    ]);
    expect(JSON.stringify(given.body)).not.toContain("answer-0");
    expect(third.end).toMatchObject({ state: "completed", usage: { contextSize: 4_000 } });

    const fourth = await subject.run("Four");
    expect(summaryOf(fourth.events)).toMatchObject([{ summary: { throughTaskId: "tsk_2" } }]);
    // The earlier summary is part of what is summarised.
    expect(askedOf(subject.model.requests.findLast(isSummary)!)[0]).toContain("They want speed.");
  });

  it.each<[string, ModelReply]>([
    ["fails", { status: 500, body: "No" }],
    ["is empty", { steps: [{ kind: "text", text: " " }] }],
  ])("is shortened as before where the summary %s, and says so", async (_, reply) => {
    await using subject = await setUpNative(answering(reply), { ...SMALL, remembers: true });
    await subject.run("One");
    await subject.run("Two");
    const third = await subject.run("Three");
    expect(third.end).toMatchObject({ state: "completed" });
    expect(summaryOf(third.events)).toEqual([]);
    expect(third.events).toContainEqual(
      expect.objectContaining({ type: "notice", text: expect.stringContaining("1 earlier turn left out") }),
    );
  });

  it("keeps its summary where the newest turn alone is too long, and sums it up with that turn", async () => {
    const summary = { steps: [{ kind: "text" as const, text: "They want speed." }] };
    await using subject = await setUpNative(answering(summary), { ...SMALL, remembers: true });
    await subject.run("One");
    await subject.run(`Two ${long("two")} ${long("more")}`);
    await subject.run("Three");
    expect(askedOf(subject.model.requests.at(-1)!)[0]).toContain("They want speed.");
    await subject.run("Four");
    expect(askedOf(subject.model.requests.findLast(isSummary)!)[0]).toContain("They want speed.");
  });

  it("is read whole for its summary, in several requests where one cannot hold it", async () => {
    let isUp = false;
    const summary = (request: ModelRequest): ModelReply => {
      const [name] = /answer-\d+/.exec(JSON.stringify(request.body.messages.slice(1))) ?? ["nothing"];
      return isUp ? { steps: [{ kind: "text", text: `Sum from ${name}.` }] } : { status: 500, body: "No" };
    };
    const script = (request: ModelRequest, index: number) => answering(summary(request))(request, index);
    await using subject = await setUpNative(script, { ...SMALL, remembers: true });
    for (const word of ["One", "Two", "Three", "Four"]) await subject.run(word);
    isUp = true;
    const before = subject.model.requests.length;
    const fifth = await subject.run("Five");
    const asked = subject.model.requests
      .slice(before)
      .filter(isSummary)
      .map((request) => askedOf(request)[0]!);
    expect(asked.length).toBeGreaterThan(1);
    for (const word of ["One", "Two", "Three"]) expect(asked.filter((text) => text.includes(`Person: ${word}\n`))).toHaveLength(1);
    expect(asked[1]).toContain("Sum from answer-0.");
    expect(summaryOf(fifth.events)).toMatchObject([{ summary: { text: "Sum from answer-0.", throughTaskId: "tsk_3" } }]);
  });

  it("is not summarised where it fits, and a stop in the middle of a summary ends the turn", async () => {
    const waits = new Barrier();
    await using subject = await setUpNative(answering({ steps: [{ kind: "wait", barrier: waits }] }), { ...SMALL, remembers: true });
    await subject.run("One");
    expect(subject.model.requests.some(isSummary)).toBe(false);
    await subject.run("Two");
    void waits.reached.then(() => subject.conversation.cancel());
    expect((await subject.run("Three")).end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  });
});

it("reads the reader's own newest summary in place of what it covers", () => {
  const at = (taskId: string, more: object) => ({ key: "", firstSeq: 1, lastSeq: 1, at: 0, taskId, ...more }) as unknown as TranscriptItem;
  const turn = (id: string, agent: string, ...items: object[]) => [
    at(id, { kind: "prompt", agent, text: id }),
    ...items.map((item) => at(id, item)),
  ];
  const sums = (text: string, throughTaskId: string) => ({ kind: "notice", summary: { text, throughTaskId } });
  const items = [...turn("t1", "boocode"), ...turn("t2", "boocode", sums("Old", "t1")), ...turn("t3", "other", sums("Not mine", "t2"))];
  const read = (more: TranscriptItem[] = []) =>
    toReadTurns([...items, ...more], { agent: "boocode" as never, mark: "" }).map(({ taskId }) => taskId);
  expect(read()).toEqual([null, "t2", "t3"]);
  expect(read(turn("t4", "boocode", sums("New", "t3")))).toEqual([null, "t4"]);
  expect(read(turn("t4", "boocode", sums("New", "before all that was read")))).toEqual([null, "t1", "t2", "t3", "t4"]);
});

it.each([
  [{ max_model_len: 8_192 }, 8_192],
  [{ context_length: 131_072 }, 131_072],
  [{ max_context_length: 32_768, loaded_context_length: 4_096 }, 4_096],
  [{ meta: { n_ctx: 16_384, n_ctx_train: 40_960 } }, 16_384],
  [{ meta: "?", max_model_len: "many" }, null],
  [{}, null],
])("knows a context of %j", async (modelFields, expected) => {
  await using subject = await setUpNative([], { modelFields });
  const sizes = new ContextSizes();
  expect(await sizes.sizeOf({ endpoint: subject.endpoint, modelId: "scripted" })).toBe(expected);
  expect(await sizes.sizeOf({ endpoint: { ...subject.endpoint, baseUrl: "http://127.0.0.1:9/v1" }, modelId: "scripted" })).toBeNull();
});

it("asks an endpoint again that did not answer", async () => {
  await using subject = await setUpNative([], { modelFields: { context_length: 8_000 } });
  const sizes = new ContextSizes();
  const endpoint = { ...subject.endpoint, apiKey: "wrong" };
  expect(await sizes.sizeOf({ endpoint, modelId: "scripted" })).toBeNull();
  expect(await sizes.sizeOf({ endpoint: subject.endpoint, modelId: "scripted" })).toBe(8_000);
});

it("shortens the oldest results of a turn that grows too long, and keeps the newest whole", () => {
  const result = (id: string): ModelMessage => ({
    role: "tool",
    content: [{ type: "tool-result", toolCallId: id, toolName: "read", output: { type: "text", value: long(id) } }],
  });
  const messages: ModelMessage[] = [
    { role: "user", content: long("prompt") },
    result("a"),
    result("b"),
    { role: "assistant", content: "x" },
    result("c"),
  ];
  const sizes = () => messages.map(({ content }) => JSON.stringify(content).length);
  const before = sizes();
  expect(
    shortenResults(
      messages,
      before.reduce((sum, size) => sum + size, 0),
    ),
  ).toBe(false);
  expect(shortenResults(messages, 12_000)).toBe(true);
  expect(sizes().map((size, place) => size < before[place]!)).toEqual([false, true, false, false, false]);
  expect(shortenResults(messages, 100)).toBe(true);
  expect(sizes().map((size, place) => size < before[place]!)).toEqual([false, true, true, false, false]);
  expect(shortenResults(messages, 100)).toBe(false);
});
