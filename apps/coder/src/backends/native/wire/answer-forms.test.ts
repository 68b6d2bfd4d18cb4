import { call, chunk, describeForms, DONE, end, event, fails, oneCall, say, SRC } from "./answer-fixture.ts";
import { expect, it } from "vitest";
import { AnswerReader } from "./answer-reader.ts";
describeForms([
  // How the stream is written.
  ["an answer", say("Hi") + end(), { text: "Hi", finish: "stop", failure: null }],
  ["no space after data:", say("Hi").replace("data: ", "data:") + end(), { text: "Hi", failure: null }],
  ["CRLF", (say("Hi") + end()).replaceAll("\n", "\r\n"), { text: "Hi", failure: null }],
  ["CR alone", (say("Hi") + end()).replaceAll("\n", "\r"), { text: "Hi", failure: null }],
  ["a byte order mark", `\uFEFF${say("Hi")}${end()}`, { text: "Hi", failure: null }],
  ["no line break at the end", (say("Hi") + end()).trimEnd(), { text: "Hi", failure: null }],
  ["no [DONE]", say("Hi") + chunk({}, "stop"), { text: "Hi", failure: null }],
  ["no [DONE] and no line break", (say("Hi") + chunk({}, "stop")).trimEnd(), { text: "Hi", finish: "stop", failure: null }],
  ["no empty lines between events", (say("Hi") + say("!") + end()).replaceAll("\n\n", "\n"), { text: "Hi!", failure: null }],
  [
    "an event over several lines",
    event(JSON.stringify({ choices: [{ delta: { content: "Hi" } }] }, null, 1)).replaceAll(/\n(?=[ }\]])/g, "\ndata: ") + end(),
    { text: "Hi", failure: null },
  ],
  ["ids, retries and unknown fields", `id: 1\nretry: 5\nfoo: bar\n${say("Hi")}${end()}`, { text: "Hi", failure: null }],
  ["comments of the standard's", `: OPENROUTER PROCESSING\n\n${say("Hi")}: again\n\n${end()}`, { text: "Hi", failure: null }],
  ["comments as data", `${event(": OPENROUTER PROCESSING")}${say("Hi")}${end()}`, { text: "Hi", failure: null }],
  ["words as data", `${event("keep-alive")}${say("Hi")}${end()}`, { text: "Hi", failure: null }],
  ["empty data", `data:\n\n${say("Hi")}data: \n\n${end()}`, { text: "Hi", failure: null }],
  ["pings", `event: ping\ndata: {}\n\n${say("Hi")}event: ping\ndata: {"type":"ping"}\n\n${end()}`, { text: "Hi", failure: null }],
  ["other keep-alives", `event: keepalive\ndata: ok\n\n${event({})}${event("null")}${say("Hi")}${end()}`, { text: "Hi", failure: null }],
  ["named events", say("Hi").replace("data:", "event: message\ndata:") + end(), { text: "Hi", failure: null }],
  [
    "a list of chunks",
    event([{ choices: [{ delta: { content: "Hi" } }] }, { choices: [{ delta: {}, finish_reason: "stop" }] }]),
    { text: "Hi", failure: null },
  ],
  ["what comes after [DONE]", say("Hi") + end() + say(" and more"), { text: "Hi", failure: null }],
  ["characters of four bytes", say("a😀é漢") + end(), { text: "a😀é漢", failure: null }],
  [
    "half a character, and the other half",
    event('{"choices":[{"delta":{"content":"\\ud83d"}}]}') + event('{"choices":[{"delta":{"content":"\\ude00"}}]}') + end(),
    { text: "😀", failure: null },
  ],
  [
    "a whole answer that is not streamed",
    JSON.stringify({ choices: [{ message: { content: "Hi" }, finish_reason: "stop" }], usage: { prompt_tokens: 1 } }, null, 2),
    { text: "Hi", usage: { prompt_tokens: 1 }, failure: null },
  ],
  [
    "one chunk a line",
    `${JSON.stringify({ choices: [{ delta: { content: "Hi" } }] })}\n${JSON.stringify({ choices: [{ delta: {}, finish_reason: "stop" }] })}\n`,
    { text: "Hi", failure: null },
  ],
  [
    "messages instead of deltas",
    event({ choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] }) + DONE,
    { text: "Hi", failure: null },
  ],
  [
    "the whole message once more at the end",
    say("Hi") + event({ choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] }),
    { text: "Hi", failure: null },
  ],
  [
    "a second choice",
    event({
      choices: [
        { index: 1, delta: { content: "No" } },
        { index: 0, delta: { content: "Hi" } },
      ],
    }) + end(),
    { text: "Hi", failure: null },
  ],
  ["no delta at all", event({ choices: [{ index: 0, finish_reason: null }] }) + say("Hi") + end(), { text: "Hi", failure: null }],
  [
    "deltas of null",
    event({ choices: [{ delta: null }] }) + chunk({ content: null, tool_calls: null, role: "assistant" }) + say("Hi") + end(),
    { text: "Hi", failure: null },
  ],
  [
    "content in parts",
    chunk({
      content: [
        { type: "thinking", thinking: [{ type: "text", text: "why" }] },
        { type: "text", text: "Hi" },
      ],
    }) + end(),
    { text: "Hi", thought: "why", failure: null },
  ],

  // How it ends.
  ["finish null and [DONE] after a whole call", call('{"path":"src"}') + end(null), oneCall(SRC)],
  ["[DONE] alone after a whole call", call('{"path":"src"}') + DONE, oneCall(SRC)],
  ["[DONE] alone after words", say("Hi") + DONE, { text: "Hi", finish: null, failure: null }],
  [
    "an empty reason to end with each chunk",
    chunk({ content: "Hi" }, "") + chunk({ content: "!" }, "null") + end("length"),
    { text: "Hi!", finish: "length", failure: null },
  ],
  ["no end at all", say("Well, I"), { text: "Well, I", ...fails("model_stream_broken", "in the middle") }],
  ["no end after a whole call", call('{"path":"src"}'), { calls: [], ...fails("model_stream_broken", "in the middle") }],
  ["nothing", "", fails("model_stream_broken", "in the middle")],
  ["comments alone", ": hello\n\n", fails("model_garbage", "not as a model does")],
  ["words alone", event("upstream is restarting"), fails("model_garbage", "upstream is restarting")],
  ["a page", "<html>\n<body>Welcome</body></html>", fails("model_garbage", "<html>")],
  ["a page without a line break", "<html><body>Welcome</body></html>", fails("model_garbage", "Welcome")],
  ["bytes", new Uint8Array([0, 1, 2, 0xff]), fails("model_garbage", "did not answer with a stream")],
  ["JSON that is no answer", '{"ok":true}', fails("model_garbage", "not as a model does")],
  ["data that is no JSON", event("{oops"), fails("model_garbage", "{oops")],
  ["choices that are none", event({ choices: "none" }), fails("model_garbage", "no answer")],
  ["data that breaks off", 'data: {"choices":[{"delta":{"content":"H', fails("model_garbage", "no answer")],

  // Usage, and where it is sent.
  [
    "usage beside choices of null",
    say("Hi") + chunk({}, "stop") + event({ choices: null, usage: { prompt_tokens: 5 } }) + DONE,
    { text: "Hi", usage: { prompt_tokens: 5 }, failure: null },
  ],
  [
    "usage without choices",
    say("Hi") + chunk({}, "stop") + event({ usage: { prompt_tokens: 5 } }) + DONE,
    { usage: { prompt_tokens: 5 }, failure: null },
  ],
  [
    "usage beside no choice",
    say("Hi") + chunk({}, "stop") + event({ choices: [], usage: { prompt_tokens: 5 } }) + DONE,
    { usage: { prompt_tokens: 5 }, failure: null },
  ],
  [
    "usage with each chunk",
    chunk({ content: "Hi" }, null, { usage: { prompt_tokens: 5, completion_tokens: 1 } }) +
      chunk({}, "stop", { usage: { prompt_tokens: 5, completion_tokens: 2 } }) +
      DONE,
    { usage: { prompt_tokens: 5, completion_tokens: 2 }, failure: null },
  ],
  ["usage of null", chunk({ content: "Hi" }, null, { usage: null }) + end(), { usage: null, failure: null }],
  [
    "usage inside the choice",
    event({ choices: [{ delta: {}, finish_reason: "stop", usage: { prompt_tokens: 5 } }] }) + DONE,
    { usage: { prompt_tokens: 5 }, failure: null },
  ],
  [
    "usage in Groq's place",
    say("Hi") + event({ choices: [{ delta: {}, finish_reason: "stop" }], x_groq: { usage: { prompt_tokens: 5 } } }),
    { usage: { prompt_tokens: 5 }, failure: null },
  ],
]);

it("keeps what a server wants back with its call, and gives no two calls of a turn one id", () => {
  const usedIds = new Set<string>(["c1"]);
  const answer = new AnswerReader("http://model", usedIds);
  const extra = { google: { thought_signature: "SIG" } };
  answer.push(new TextEncoder().encode(call("{}", { extra_content: extra }) + end("tool_calls")));
  answer.end();
  expect(answer.calls).toEqual([{ id: expect.not.stringMatching(/^c1$/) as string, name: "list", input: {}, extra }]);
  expect(usedIds.size).toBe(2);
});

it("takes time linear in a long line in small pieces, and refuses an endless line", () => {
  const answer = new AnswerReader("http://model");
  const piece = new TextEncoder().encode("x".repeat(64));
  answer.push(new TextEncoder().encode("data: "));
  for (let count = 0; count < 200_000 && !answer.failure; count += 1) answer.push(piece);
  expect(answer.failure).toMatchObject({ taskCause: "model_garbage", message: expect.stringContaining("line without an end") as string });
});
