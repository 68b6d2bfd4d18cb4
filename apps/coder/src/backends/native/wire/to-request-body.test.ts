import { expect, it } from "vitest";
import type { CallPart, ModelMessage, ResultPart } from "../model-message.ts";
import { describeTools } from "../tools/describe-tools.ts";
import { SUB_TASK_TOOLBOXES, type Toolbox, TOOLBOXES } from "../tools/toolbox.ts";
import { toRequestBody } from "./to-request-body.ts";

const NO_TOOLS: Toolbox = { tools: [], isInReview: false, instructions: "" };
const PNG = Buffer.from("\u0089PNG\r\n\u001a\n", "latin1");
const call = (toolCallId: string, more: Partial<CallPart> = {}): CallPart => ({
  type: "tool-call",
  toolCallId,
  toolName: "read",
  input: { path: "a.txt", lines: [1, 2] },
  ...more,
});
const result = (toolCallId: string, text: string): ResultPart => ({ type: "tool-result", toolCallId, text });
const called = (id: string) => ({ id, type: "function", function: { name: "read", arguments: '{"path":"a.txt","lines":[1,2]}' } });

const read = (messages: readonly ModelMessage[], toolbox = NO_TOOLS, mayCallTools = true) =>
  JSON.parse(toRequestBody({ modelId: "m", instructions: "Do", messages, toolbox, mayCallTools })) as {
    messages: unknown[];
    tools?: { type: string; function: { name: string; description: string; parameters: object } }[];
    tool_choice?: string;
  };

it("asks for a stream with its usage, and names no tools where there are none", () => {
  expect(read([{ role: "user", content: "Hi" }])).toEqual({
    model: "m",
    messages: [
      { role: "system", content: "Do" },
      { role: "user", content: "Hi" },
    ],
    stream: true,
    stream_options: { include_usage: true },
  });
});

it.each<[string, ModelMessage, object[]]>([
  ["an answer", { role: "assistant", content: "Yo" }, [{ role: "assistant", content: "Yo" }]],
  [
    "a call without words",
    { role: "assistant", content: [call("c1")] },
    [{ role: "assistant", content: null, tool_calls: [called("c1")] }],
  ],
  [
    "calls with words, and what the server wants back with one",
    {
      role: "assistant",
      content: [{ type: "text", text: "Look" }, call("c1", { extra: { google: { thought_signature: "S" } } }), call("c2")],
    },
    [
      {
        role: "assistant",
        content: "Look",
        tool_calls: [{ ...called("c1"), extra_content: { google: { thought_signature: "S" } } }, called("c2")],
      },
    ],
  ],
  [
    "results, each as a message",
    { role: "tool", content: [result("c1", "one\n"), result("c2", "")] },
    [
      { role: "tool", tool_call_id: "c1", content: "one\n" },
      { role: "tool", tool_call_id: "c2", content: "" },
    ],
  ],
  [
    "an image",
    {
      role: "user",
      content: [
        { type: "text", text: "Look" },
        { type: "file", data: PNG, mediaType: "image/png", filename: "a.png" },
      ],
    },
    [
      {
        role: "user",
        content: [
          { type: "text", text: "Look" },
          { type: "image_url", image_url: { url: `data:image/png;base64,${PNG.toString("base64")}` } },
        ],
      },
    ],
  ],
  [
    "an image without words",
    {
      role: "user",
      content: [
        { type: "text", text: "" },
        { type: "file", data: new Uint8Array([1, 2, 3, 4]).subarray(1, 3), mediaType: "image/jpeg", filename: "a.jpg" },
      ],
    },
    [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/jpeg;base64,AgM=" } }] }],
  ],
  ["words alone", { role: "user", content: [{ type: "text", text: "Look" }] }, [{ role: "user", content: "Look" }]],
])("writes %s as servers take it", (_what, message, expected) => {
  expect(read([message]).messages.slice(1)).toEqual(expected);
});

it.each([
  [TOOLBOXES.auto, true, "auto"],
  [TOOLBOXES.review, false, "none"],
  [SUB_TASK_TOOLBOXES.plan, true, "auto"],
])("describes the tools of a toolbox with schemas that small servers accept", (toolbox, mayCallTools, choice) => {
  const { tools = [], tool_choice } = read([{ role: "user", content: "Hi" }], toolbox, mayCallTools);
  expect(tool_choice).toBe(choice);
  expect(tools.map(({ function: { name } }) => name)).toEqual(toolbox.tools.map(({ name }) => name));
  for (const { type, function: described } of tools) {
    expect(type).toBe("function");
    expect(described.parameters).toMatchObject({ type: "object" });
    expect(JSON.stringify(described)).not.toMatch(/\$schema|9007199254740991/);
  }
});

it("says in review what a tool does there, and describes a toolbox once", () => {
  const { name, description, inReview } = TOOLBOXES.review.tools.find((tool) => tool.inReview !== undefined)!;
  const describe = (toolbox: Toolbox) => read([], toolbox).tools?.find((tool) => tool.function.name === name)?.function.description;
  expect([describe(TOOLBOXES.auto), describe(TOOLBOXES.review)]).toEqual([description, `${description} ${inReview}`]);
  expect(describeTools(TOOLBOXES.auto)).toBe(describeTools(TOOLBOXES.auto));
});

it("sends no half of a character, and leaves whole ones and words that look like one", () => {
  const content = "a \ud83d b 😀 \\ud83d \udc00";
  expect(read([{ role: "user", content }]).messages.at(-1)).toEqual({ role: "user", content: "a \ufffd b 😀 \\ud83d \ufffd" });
});
