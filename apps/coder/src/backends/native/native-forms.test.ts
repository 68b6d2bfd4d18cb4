import { Barrier } from "@boocode/testkit/barrier";
import type { ModelReply, ModelStep } from "@boocode/testkit/model/model-script";
import { expect, it } from "vitest";
import { setUpNative, toolResults } from "./native-fixture.ts";
import { call, chunk, DONE, end, event, say } from "./wire/answer-fixture.ts";

/** A raw answer, byte for byte. */
const raw = (...pieces: readonly (string | Barrier)[]): ModelReply => ({
  steps: [
    ...pieces.map((piece): ModelStep => (typeof piece === "string" ? { kind: "raw", text: piece } : { kind: "wait", barrier: piece })),
    { kind: "end_early" },
  ],
});
const well = raw(say("Well.") + end());

it.each<[string, ModelReply, object, string]>([
  ["an answer at its limit", raw(say("half an ans") + end("length")), { state: "failed", cause: "model_length" }, "half an ans"],
  ["an answer held back", raw(say("half an ans") + end("content_filter")), { state: "failed", cause: "model_filtered" }, "half an ans"],
  ["an answer that broke", raw(say("half an ans") + end("error")), { state: "failed", cause: "model_failed" }, "half an ans"],
  ["an empty answer", raw(chunk({ content: "" }) + end()), { state: "failed", cause: "model_empty" }, ""],
  ["an empty answer that promised calls", raw(chunk({ content: "" }) + end("tool_calls")), { state: "failed", cause: "model_empty" }, ""],
  ["nothing but a thought", raw(chunk({ reasoning: "Hm." }) + end()), { state: "failed", cause: "model_empty" }, ""],
  ["nothing but a thought in its text", raw(say("<think>Hm.") + end("length")), { state: "failed", cause: "model_length" }, ""],
  [
    "a connection that breaks after the end",
    { steps: [{ kind: "raw", text: say("Well.") + chunk({}, "stop") }, { kind: "cut" }] },
    { state: "completed", cause: null },
    "Well.",
  ],
  ["a server that does not close", raw(say("Well.") + end(), new Barrier()), { state: "completed", cause: null }, "Well."],
  [
    "usage without choices",
    raw(say("Well.") + chunk({}, "stop") + event({ usage: { prompt_tokens: 7, completion_tokens: 2 } }) + DONE),
    { state: "completed", usage: { inputTokens: 7, outputTokens: 2 } },
    "Well.",
  ],
  [
    "an error in words of its own",
    raw(event({ error: "overloaded" })),
    { state: "failed", cause: "model_failed", evidence: { message: "overloaded" } },
    "",
  ],
  [
    "an answer that is not streamed",
    { body: JSON.stringify({ choices: [{ message: { content: "Well." } }] }) },
    { state: "completed" },
    "Well.",
  ],
])("the turn's end tells of %s", async (_what, reply, expected, text) => {
  await using native = await setUpNative([reply, well]);
  const turn = await native.run();
  expect(turn.end).toMatchObject(expected);
  expect(turn.end.state === "failed" && !turn.end.evidence?.message).toBe(false);
  expect(turn.text).toEqual(text);
  expect((await native.run()).text).toBe("Well.");
});

it("reads an answer whose first piece is shorter than a word", async () => {
  for (const at of [1, 3, 5]) {
    const barrier = new Barrier();
    const answer = say("Well.") + end();
    await using native = await setUpNative([raw(answer.slice(0, at), barrier, answer.slice(at))]);
    const turn = native.run();
    await barrier.reached;
    barrier.open();
    expect(await turn).toMatchObject({ text: "Well.", end: { state: "completed" } });
  }
});

it.each([
  ["finish null", end(null), '{"path":"a.txt","text":"x\n"}'],
  ["finish stop", end("stop"), { path: "a.txt", text: "x\n" }],
  ["[DONE] alone", DONE, JSON.stringify(JSON.stringify({ path: "a.txt", text: "x\n" }))],
])("a whole call runs with %s", async (_what, ending, args) => {
  await using native = await setUpNative([raw(call(args, {}, "write") + ending), well]);
  const { end: turnEnd, events } = await native.run();
  expect(turnEnd.state).toBe("completed");
  expect(toolResults(events)).toEqual([expect.objectContaining({ status: "completed" })]);
});

const TOLD = { status: "failed", error: expect.stringContaining("cut off") as string };

it.each<[string, object, object[]]>([
  ["length", { state: "failed", cause: "model_length" }, []],
  ["stop", { state: "completed" }, [TOLD]],
  ["tool_calls", { state: "completed" }, [TOLD]],
])("a call that is cut, with finish %s, does not run, is told, and never goes back as a text", async (finish, ended, results) => {
  const cut = call('{"path":"a.txt","text":"hel', {}, "write") + end(finish);
  await using native = await setUpNative([raw(cut), well, well], { remembers: true });
  const first = await native.run();
  expect(first.end).toMatchObject(ended);
  expect(toolResults(first.events)).toEqual(results);
  await native.run();
  for (const { body } of native.model.requests)
    for (const message of body.messages)
      for (const made of message.tool_calls ?? []) expect(JSON.parse(made.function.arguments)).toEqual({});
});

it("gives a server back what it wants with its call, in the turn and after it, and no other model", async () => {
  const extra = { google: { thought_signature: "SIG" } };
  const signed = raw(call("{}", { extra_content: extra }) + end("tool_calls"));
  await using native = await setUpNative([signed, well, well, well], { remembers: true, models: ["scripted", "other"] });
  const callsOf = (index: number) => native.model.requests[index]!.body.messages.flatMap((message) => message.tool_calls ?? []);
  await native.run();
  await native.run();
  await native.run("Go on", "other");
  expect(callsOf(1)).toEqual([expect.objectContaining({ extra_content: extra })]);
  expect(callsOf(2)).toEqual([expect.objectContaining({ extra_content: extra })]);
  expect(callsOf(3)).toEqual([expect.not.objectContaining({ extra_content: expect.anything() as object })]);
});

it("tells results under ids of their own where a server uses one twice in a turn", async () => {
  const two = { tool_calls: [0, 1].map((index) => ({ index, id: "c1", function: { name: "list", arguments: "{}" } })) };
  await using native = await setUpNative([raw(chunk(two) + end("tool_calls")), raw(call("{}") + end("tool_calls")), well]);
  expect((await native.run()).end.state).toBe("completed");
  const { messages } = native.model.requests[2]!.body;
  const made = messages.flatMap((message) => (message.tool_calls ?? []).map(({ id }) => id));
  expect(new Set(made).size).toBe(3);
  expect(messages.flatMap((message) => message.tool_call_id ?? [])).toEqual(made);
});

it("shows thoughts that stand in the text as thoughts, and does not send them back", async () => {
  const inPieces = raw(say("<thi") + say("nk>why</th") + say("ink>\n\nanswer") + end());
  const withoutBeginning = raw(say("because ") + say("so\n</think>\n\nindeed") + end());
  await using native = await setUpNative([inPieces, withoutBeginning, well], { remembers: true });
  const first = await native.run("One");
  expect(first.text).toBe("answer");
  expect(first.events).toContainEqual(expect.objectContaining({ type: "thought.delta", text: "why" }));
  expect((await native.run("Two")).events).toContainEqual(
    expect.objectContaining({ type: "part.set", kind: "thought", text: "because so" }),
  );
  await native.run("Three");
  expect(native.model.requests[2]!.body.messages.slice(1)).toEqual([
    { role: "user", content: "One" },
    { role: "assistant", content: "answer" },
    { role: "user", content: "Two" },
    { role: "assistant", content: "indeed" },
    { role: "user", content: "Three" },
  ]);
});

it("ends quietly after tools where the last answer says nothing, and says so", async () => {
  await using native = await setUpNative([raw(call("{}") + end("tool_calls")), raw(end())]);
  const { end: turnEnd, events } = await native.run();
  expect(turnEnd).toMatchObject({ state: "completed", cause: null });
  expect(events).toContainEqual(expect.objectContaining({ type: "notice", text: expect.stringContaining("without an answer") as string }));
});

it("never sends half a character, wherever it was cut or came from", async () => {
  const emojis = "😀".repeat(200_000);
  const read = (path: string) => raw(call({ path }, {}, "read") + end("tool_calls"));
  const cat = (path: string) => raw(call({ argv: ["cat", path] }, {}, "command") + end("tool_calls"));
  const replies = [
    read("even.txt"),
    read("odd.txt"),
    cat("even.txt"),
    cat("odd.txt"),
    raw(call({ path: `x\ud83d` }, {}, "list") + say("\udc00") + end("stop")),
    well,
    well,
  ];
  await using native = await setUpNative(replies, { remembers: true, files: { "even.txt": emojis, "odd.txt": `a${emojis}` } });
  const first = await native.run("Half \ud83d of one");
  expect(first.end.state).toBe("completed");
  const second = await native.run("And then?");
  for (const event of [...first.events, ...second.events]) expect(JSON.stringify(event)).not.toMatch(/\\ud[89a-f]/i);
  for (const { body } of native.model.requests) {
    expect(JSON.stringify(body)).not.toMatch(/\\ud[89a-f]/i);
    for (const message of body.messages)
      for (const made of message.tool_calls ?? []) expect(made.function.arguments).not.toMatch(/\\ud[89a-f]/i);
  }
});
