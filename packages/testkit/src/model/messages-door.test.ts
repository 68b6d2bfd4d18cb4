import { expect, it } from "vitest";
import { ScriptedModel } from "../scripted-model.ts";
import { askModel } from "./ask-model.ts";

const REPLY = {
  steps: [
    { kind: "reasoning", text: "Let me think" },
    { kind: "text", text: "I read" },
    { kind: "tool", name: "Read", arguments: { file_path: "/a.txt" } },
  ],
} as const;
const BODY = {
  model: "claude-scripted",
  max_tokens: 100,
  system: [{ type: "text", text: "You help." }],
  messages: [
    { role: "user", content: "Hello" },
    {
      role: "assistant",
      content: [
        { type: "text", text: "I look" },
        { type: "tool_use", id: "toolu_7", name: "Read", input: { file_path: "/a" } },
      ],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_7", content: [{ type: "text", text: "one" }] }] },
  ],
  tools: [{ name: "Read", description: "Reads", input_schema: { type: "object" } }],
};

it("streams the script's steps as blocks of Anthropic's Messages, and reads the request as chat completions", async () => {
  await using model = await ScriptedModel.start({ script: () => REPLY });
  const { names, data } = await askModel(model, "/v1/messages?beta=true", { "x-api-key": model.apiKey }, { ...BODY, stream: true });
  expect(names[0]).toBe("message_start");
  expect(names.slice(-2)).toEqual(["message_delta", "message_stop"]);
  expect(data.map(({ type }) => type)).toEqual(names);
  const blocks = data.filter(({ type }) => type === "content_block_start").map((event) => event["content_block"]);
  expect(blocks).toMatchObject([{ type: "thinking" }, { type: "text" }, { type: "tool_use", id: "toolu_1_0", name: "Read", input: {} }]);
  expect(names.filter((name) => name === "content_block_stop")).toHaveLength(3);
  const deltas = data.flatMap((event) => (event["delta"] ? [event["delta"] as Record<string, string>] : []));
  const joined = (field: string) => deltas.map((delta) => delta[field] ?? "").join("");
  expect([joined("thinking"), joined("text"), JSON.parse(joined("partial_json"))]).toEqual([
    "Let me think",
    "I read",
    { file_path: "/a.txt" },
  ]);
  expect(deltas.at(-1)).toMatchObject({ stop_reason: "tool_use" });
  expect(model.requests).toMatchObject([
    {
      api: "messages",
      body: {
        model: "claude-scripted",
        messages: [
          { role: "system", content: "You help." },
          { role: "user", content: "Hello" },
          {
            role: "assistant",
            content: "I look",
            tool_calls: [{ id: "toolu_7", function: { name: "Read", arguments: '{"file_path":"/a"}' } }],
          },
          { role: "tool", tool_call_id: "toolu_7", content: "one" },
        ],
        tools: [{ function: { name: "Read", description: "Reads", parameters: { type: "object" } } }],
      },
    },
  ]);
});

it("answers whole without a stream, counts tokens without the script, and refuses a wrong key", async () => {
  await using model = await ScriptedModel.start({ script: () => REPLY });
  const bearer = { authorization: `Bearer ${model.apiKey}` };
  const { whole } = await askModel(model, "/v1/messages", bearer, BODY);
  expect(whole).toMatchObject({
    type: "message",
    stop_reason: "tool_use",
    content: [
      { type: "thinking", thinking: "Let me think" },
      { type: "text", text: "I read" },
      { type: "tool_use", name: "Read", input: { file_path: "/a.txt" } },
    ],
  });
  expect((await askModel(model, "/v1/messages/count_tokens", bearer, BODY)).whole).toEqual({ input_tokens: expect.any(Number) });
  expect((await askModel(model, "/v1/messages", { "x-api-key": "wrong" }, BODY)).status).toBe(401);
  expect(model.requests).toHaveLength(1);
});
