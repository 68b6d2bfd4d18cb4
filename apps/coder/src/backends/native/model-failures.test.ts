import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Barrier } from "@boocode/testkit/barrier";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import { expect, it } from "vitest";
import { setUpNative } from "./native-fixture.ts";

const answers: ModelReply = { steps: [{ kind: "text", text: "Here." }] };
const never = () => new Barrier();

it.each<[string, ModelReply, object]>([
  [
    "401",
    { status: 401, body: '{"error":{"message":"Bad key sk-scripted-model-key"}}' },
    { cause: "model_refused", evidence: { httpStatus: 401, message: expect.stringContaining("Bad key [key]") } },
  ],
  [
    "403",
    { status: 403, body: "Forbidden" },
    { cause: "model_refused", evidence: { httpStatus: 403, message: expect.stringContaining("Forbidden") } },
  ],
  [
    "404",
    { status: 404, body: '{"error":{"message":"model not found"}}' },
    { cause: "model_refused", evidence: { httpStatus: 404, message: expect.stringContaining("model not found") } },
  ],
  [
    "429",
    { status: 429, body: '{"error":{"message":"Slow down"}}' },
    { cause: "model_rate_limited", evidence: { httpStatus: 429, message: expect.stringContaining("Slow down") } },
  ],
  [
    "429 with a time",
    { status: 429, body: '{"error":{"message":"Slow down"}}', headers: { "retry-after": "3600" } },
    { cause: "model_rate_limited", evidence: { httpStatus: 429, resetsAt: expect.any(Number) } },
  ],
  [
    "500",
    { status: 500, body: "" },
    { cause: "model_failed", evidence: { httpStatus: 500, message: expect.stringContaining("answered 500") } },
  ],
  [
    "503 with a page of HTML",
    { status: 503, body: "<html>".repeat(100_000), contentType: "text/html" },
    { cause: "model_failed", evidence: { httpStatus: 503 } },
  ],
  [
    "a page instead of a stream",
    { body: "<html><body>Welcome</body></html>", contentType: "text/html" },
    { cause: "model_garbage", evidence: { message: expect.stringContaining("Welcome") } },
  ],
  ["JSON instead of a stream", { body: '{"ok":true}' }, { cause: "model_garbage" }],
  ["an event that is no JSON", { steps: [{ kind: "raw", text: "data: {oops\n\n" }] }, { cause: "model_garbage" }],
  ["an event that is no completion", { steps: [{ kind: "raw", text: 'data: {"choices":"none"}\n\n' }] }, { cause: "model_garbage" }],
  [
    "a line without an end",
    {
      steps: [
        { kind: "raw", text: `data: ${"x".repeat(9 * 1024 * 1024)}` },
        { kind: "wait", barrier: never() },
      ],
    },
    { cause: "model_garbage" },
  ],
  ["bytes", { steps: [{ kind: "raw", text: "\u0000\u0001\u0002" }, { kind: "end_early" }] }, { cause: "model_garbage" }],
  [
    "an error in the stream",
    {
      steps: [
        { kind: "text", text: "Well" },
        { kind: "raw", text: 'data: {"error":{"message":"Out of memory","code":500}}\n\n' },
      ],
    },
    { cause: "model_failed", evidence: { message: "Out of memory", httpStatus: 500 } },
  ],
  [
    "a connection that breaks in the middle",
    { steps: [{ kind: "text", text: "Well, I" }, { kind: "cut" }] },
    { cause: "model_stream_broken" },
  ],
  [
    "a stream that ends in the middle",
    { steps: [{ kind: "text", text: "Well, I" }, { kind: "end_early" }] },
    { cause: "model_stream_broken" },
  ],
  ["a stream that ends before it begins", { steps: [{ kind: "end_early" }] }, { cause: "model_stream_broken" }],
  [
    "a call that breaks in the middle",
    {
      steps: [
        {
          kind: "raw",
          text: 'data: {"id":"1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"delete","arguments":"{\\"path\\":\\"a"}}]}}]}\n\n',
        },
        { kind: "cut" },
      ],
    },
    { cause: "model_stream_broken" },
  ],
  ["headers that do not come", { headersAfter: never() }, { cause: "model_stalled" }],
  [
    "silence in the middle",
    {
      steps: [
        { kind: "text", text: "Well," },
        { kind: "wait", barrier: never() },
      ],
    },
    { cause: "model_stalled" },
  ],
])("ends a turn with its own cause at %s, and the next prompt works", async (_what, reply, expected) => {
  await using native = await setUpNative([reply, answers], { stallMs: 300 });
  const { end } = await native.run();
  expect(end).toMatchObject({ state: "failed", ...expected });
  expect(end.evidence?.message).toBeTruthy();
  expect(end.evidence!.message!.length).toBeLessThanOrEqual(1_000);
  expect(JSON.stringify(end)).not.toContain(native.model.apiKey);
  expect((await native.run()).text).toBe("Here.");
  expect(native.model.requests).toHaveLength(2);
});

it("keeps what was streamed before a model breaks off", async () => {
  await using native = await setUpNative([{ steps: [{ kind: "text", text: "One two" }, { kind: "cut" }] }]);
  expect((await native.run()).text).toBe("One two");
});

it("does not treat a slow model as dead while bytes arrive", async () => {
  const steps = Array.from({ length: 12 }, (_, index) => ({ kind: "text" as const, text: `w${index} ` }));
  await using native = await setUpNative([{ steps, tokensPerSecond: 20 }], { stallMs: 400 });
  expect((await native.run()).end.state).toBe("completed");
});

it("says that nothing answers where nothing listens, and works when something does again", async () => {
  await using native = await setUpNative([answers]);
  await native.model.stopListening();
  const { end } = await native.run("Go", "scripted");
  expect(end).toMatchObject({
    state: "failed",
    cause: "model_unreachable",
    evidence: { message: expect.stringContaining("ECONNREFUSED") as string },
  });
  await native.model.listen();
  expect((await native.run("Go", "scripted")).text).toBe("Here.");
});

it("connects again at once when the first attempts fail, and asks the model only once", async () => {
  await using native = await setUpNative([{ refuse: true }, { refuse: true }, answers]);
  expect((await native.run()).text).toBe("Here.");
  await using broken = await setUpNative(() => ({ refuse: true }));
  expect((await broken.run()).end).toMatchObject({ state: "failed", cause: "model_unreachable" });
  expect(broken.model.requests).toHaveLength(3);
});

it("refuses a wrong key with the model's words, not with the key", async () => {
  await using native = await setUpNative([answers]);
  const endpoint = { ...native.endpoint, apiKey: "sk-wrong-key-1234" };
  await using wrong = await setUpNative([], { endpoints: () => [endpoint] });
  const { end } = await wrong.run("Go", "scripted");
  expect(end).toMatchObject({
    state: "failed",
    cause: "model_refused",
    evidence: { httpStatus: 401, message: expect.stringContaining("[key]") as string },
  });
  expect(JSON.stringify(end)).not.toContain("sk-wrong-key-1234");
});

it("is stopped at once while a model is silent before its headers", async () => {
  const headersAfter = new Barrier();
  await using native = await setUpNative([{ headersAfter }, answers]);
  const turn = native.run();
  await headersAfter.reached;
  await native.conversation.cancel();
  expect((await turn).end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  expect((await native.run()).text).toBe("Here.");
});

it("does not hang on a server that takes the connection and says nothing", async () => {
  await using stack = new AsyncDisposableStack();
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  stack.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const endpoint = { id: "default", baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: null, isScripted: false };
  await using native = await setUpNative([], { endpoints: () => [endpoint], stallMs: 200 });
  expect((await native.run("Go", "m")).end).toMatchObject({ state: "failed", cause: "model_stalled" });
  expect((await native.run("Go")).end).toMatchObject({ state: "failed", cause: "model_unreachable" });
  expect(await native.backend.listModels()).toEqual([]);
});
