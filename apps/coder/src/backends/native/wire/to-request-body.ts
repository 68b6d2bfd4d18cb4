import type { AssistantMessage, ModelMessage, UserMessage } from "../model-message.ts";
import { describeTools } from "../tools/describe-tools.ts";
import type { Toolbox } from "../tools/toolbox.ts";

export interface ModelRequest {
  modelId: string;
  /** What the model is told in front of the messages. */
  instructions: string;
  messages: readonly ModelMessage[];
  toolbox: Toolbox;
  /** False: the tools are described, because the messages use them, but the model may not call any. */
  mayCallTools: boolean;
}

type Fields = Record<string, unknown>;

/** Writes the request for a streamed answer, in the form of OpenAI's chat completions. */
export function toRequestBody({ modelId, instructions, messages, toolbox, mayCallTools }: ModelRequest): string {
  const tools = describeTools(toolbox);
  const body = {
    model: modelId,
    messages: [{ role: "system", content: instructions }, ...messages.flatMap(toMessages)],
    // Some servers refuse an empty list.
    ...(tools.length > 0 && { tools, tool_choice: mayCallTools ? "auto" : "none" }),
    stream: true,
    stream_options: { include_usage: true },
  };
  return withoutHalves(JSON.stringify(body));
}

function toMessages(message: ModelMessage): Fields[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: toUserContent(message.content) }];
    case "assistant":
      return [{ role: "assistant", ...toAnswer(message.content) }];
    case "tool":
      return message.content.map(({ toolCallId, text }) => ({ role: "tool", tool_call_id: toolCallId, content: text }));
  }
}

function toUserContent(content: UserMessage["content"]): string | Fields[] {
  if (typeof content === "string") return content;
  const parts = content.filter((part) => part.type !== "text" || part.text !== "");
  // Servers that know no parts take words alone.
  if (parts.length === 1 && parts[0]?.type === "text") return parts[0].text;
  return parts.map((part) =>
    part.type === "text" ? { type: "text", text: part.text } : { type: "image_url", image_url: { url: toDataUrl(part) } },
  );
}

const toDataUrl = ({ mediaType, data }: { mediaType: string; data: Uint8Array }) =>
  `data:${mediaType};base64,${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64")}`;

function toAnswer(content: AssistantMessage["content"]): Fields {
  if (typeof content === "string") return { content };
  const text = content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
  const calls = content.flatMap((part) => {
    if (part.type === "text") return [];
    const { toolCallId, toolName, input, extra } = part;
    const made = { id: toolCallId, type: "function", function: { name: toolName, arguments: JSON.stringify(input) } };
    return [extra ? { ...made, extra_content: extra } : made];
  });
  // Strict servers want no text rather than an empty one beside calls.
  return calls.length === 0 ? { content: text } : { content: text || null, tool_calls: calls };
}

/** Replaces lone surrogates: strict servers refuse them, which would end the chat. JSON writes lone surrogates, and only those, as escapes. */
function withoutHalves(json: string): string {
  if (!/\\ud[89a-f]/i.test(json)) return json;
  return json.replace(/\\(?:ud[89a-f][0-9a-f]{2}|[^])/gi, (escape) => (escape.length > 2 ? "\ufffd" : escape));
}
