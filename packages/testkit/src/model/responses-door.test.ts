import { expect, it } from "vitest";
import { ScriptedModel } from "../scripted-model.ts";
import { askModel } from "./ask-model.ts";

const REPLY = {
  steps: [
    { kind: "reasoning", text: "Let me think" },
    { kind: "text", text: "I look" },
    { kind: "tool", name: "exec_command", arguments: { cmd: "echo a longer command line" } },
  ],
} as const;
const BODY = {
  model: "scripted",
  instructions: "You help.",
  input: [
    { type: "message", role: "user", content: [{ type: "input_text", text: "Hello" }] },
    { type: "function_call", call_id: "call_7", name: "exec_command", arguments: "{}" },
    { type: "function_call_output", call_id: "call_7", output: "one" },
  ],
  tools: [{ type: "function", name: "exec_command", description: "Runs", parameters: { type: "object" } }, { type: "web_search" }],
};

it("streams the script's steps as items of OpenAI's Responses, and reads the request as chat completions", async () => {
  await using model = await ScriptedModel.start({ script: () => REPLY });
  const key = { authorization: `Bearer ${model.apiKey}` };
  const { names, data } = await askModel(model, "/v1/responses", key, { ...BODY, stream: true });
  expect(data.map((event) => event["sequence_number"])).toEqual(data.map((_, at) => at));
  expect([names[0], names.at(-1)]).toEqual(["response.created", "response.completed"]);
  const joined = (type: string) =>
    data
      .filter((event) => event["type"] === type)
      .map((event) => event["delta"])
      .join("");
  expect(joined("response.reasoning_summary_text.delta")).toBe("Let me think");
  expect(joined("response.output_text.delta")).toBe("I look");
  expect(JSON.parse(joined("response.function_call_arguments.delta"))).toEqual({ cmd: "echo a longer command line" });
  const done = data.filter(({ type }) => type === "response.output_item.done");
  const items = [
    { type: "reasoning", summary: [{ text: "Let me think" }] },
    { type: "message", content: [{ type: "output_text", text: "I look" }] },
    { type: "function_call", call_id: "call_1_0", name: "exec_command", arguments: '{"cmd":"echo a longer command line"}' },
  ];
  expect(done).toMatchObject(items.map((item, at) => ({ output_index: at, item })));
  expect(data.at(-1)).toMatchObject({ response: { status: "completed", output: items, usage: { input_tokens: 10, output_tokens: 5 } } });
  expect(model.requests).toMatchObject([
    {
      api: "responses",
      body: {
        messages: [
          { role: "system", content: "You help." },
          { role: "user", content: "Hello" },
          { role: "assistant", tool_calls: [{ id: "call_7", function: { name: "exec_command", arguments: "{}" } }] },
          { role: "tool", tool_call_id: "call_7", content: "one" },
        ],
        tools: [{ function: { name: "exec_command", description: "Runs" } }],
      },
    },
  ]);
});

it("answers whole without a stream, and gives the script's failure as it is", async () => {
  await using model = await ScriptedModel.start({
    script: (_, index) => (index === 0 ? REPLY : { status: 400, body: JSON.stringify({ error: { message: "Not like this" } }) }),
  });
  const key = { authorization: `Bearer ${model.apiKey}` };
  const { whole } = await askModel(model, "/v1/responses", key, { ...BODY, input: "Hello" });
  expect(whole).toMatchObject({ object: "response", output: [{ type: "reasoning" }, { type: "message" }, { type: "function_call" }] });
  expect(model.requests[0]?.body.messages).toContainEqual({ role: "user", content: "Hello" });
  expect(await askModel(model, "/v1/responses", key, BODY)).toMatchObject({ status: 400, whole: { error: { message: "Not like this" } } });
});
