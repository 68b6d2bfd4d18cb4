import { expect, it } from "vitest";
import { ScriptedModel } from "../scripted-model.ts";
import { askModel } from "./ask-model.ts";

const REPLY = {
  steps: [
    { kind: "reasoning", text: "Let me think" },
    { kind: "text", text: "I look" },
    { kind: "tool", name: "read_file", arguments: { file_path: "/a/long/name.txt" } },
  ],
} as const;
const BODY = {
  systemInstruction: { role: "user", parts: [{ text: "You help." }] },
  contents: [
    { role: "user", parts: [{ text: "Hello" }] },
    { role: "model", parts: [{ text: "I look" }, { functionCall: { name: "read_file", args: { file_path: "/a" } } }] },
    { role: "user", parts: [{ functionResponse: { name: "read_file", response: { output: "one" } } }] },
  ],
  tools: [{ functionDeclarations: [{ name: "read_file", description: "Reads", parametersJsonSchema: { type: "object" } }] }],
};
const PATH = "/v1beta/models/gemini-scripted";

it("streams the script's steps as parts of Gemini, and reads the request as chat completions", async () => {
  await using model = await ScriptedModel.start({ script: () => REPLY });
  const { data } = await askModel(model, `${PATH}:streamGenerateContent?alt=sse`, { "x-goog-api-key": model.apiKey }, BODY);
  const candidates = data.flatMap((chunk) => chunk["candidates"] as { finishReason?: string; content: { parts: object[] } }[]);
  const parts = candidates.flatMap(({ content }) => content.parts) as { text?: string; thought?: boolean; functionCall?: object }[];
  const joined = (isThought: boolean) => parts.map(({ text = "", thought = false }) => (thought === isThought ? text : "")).join("");
  expect([joined(true), joined(false)]).toEqual(["Let me think", "I look"]);
  expect(parts.at(-1)).toEqual({ functionCall: { name: "read_file", args: { file_path: "/a/long/name.txt" } } });
  expect(candidates.map(({ finishReason }) => finishReason)).toEqual([...candidates.slice(1).map(() => undefined), "STOP"]);
  expect(data.at(-1)).toMatchObject({ usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 } });
  expect(model.requests).toMatchObject([
    {
      api: "gemini",
      body: {
        model: "gemini-scripted",
        stream: true,
        messages: [
          { role: "system", content: "You help." },
          { role: "user", content: "Hello" },
          { role: "assistant", content: "I look", tool_calls: [{ function: { name: "read_file", arguments: '{"file_path":"/a"}' } }] },
          { role: "tool", tool_call_id: "read_file", content: '{"output":"one"}' },
        ],
        tools: [{ function: { name: "read_file", description: "Reads", parameters: { type: "object" } } }],
      },
    },
  ]);
});

it("answers whole without a stream, counts tokens without the script, and takes the key from the address", async () => {
  await using model = await ScriptedModel.start({ script: () => REPLY });
  const { whole } = await askModel(model, `${PATH}:generateContent?key=${model.apiKey}`, {}, BODY);
  expect(whole).toMatchObject({
    candidates: [
      { finishReason: "STOP", content: { parts: [{ thought: true }, { text: "I look" }, { functionCall: { name: "read_file" } }] } },
    ],
  });
  expect((await askModel(model, `${PATH}:countTokens?key=${model.apiKey}`, {}, BODY)).whole).toEqual({ totalTokens: expect.any(Number) });
  expect((await askModel(model, `${PATH}:generateContent`, {}, BODY)).status).toBe(401);
  expect(model.requests).toHaveLength(1);
});
