import { bearerOf, encodeNamed, type AnswerWriter, type ModelDoor } from "./model-door.ts";
import type { ModelRequest } from "./model-script.ts";

interface Block {
  type: string;
  text?: string;
  id?: string;
  name?: string;
  input?: unknown;
  tool_use_id?: string;
  content?: unknown;
}
interface Body {
  model: string;
  stream?: boolean;
  system?: unknown;
  messages: { role: string; content: string | Block[] }[];
  tools?: { name: string; description?: string; input_schema?: Record<string, unknown> }[];
}

/** Anthropic's Messages. */
export const messagesDoor: ModelDoor = {
  api: "messages",
  takes: (path) => /\/messages(?:\/count_tokens)?$/.test(path),
  keyOf: (headers) => (headers["x-api-key"] as string | undefined) ?? bearerOf(headers),
  answerAside: (path, body) => (path.endsWith("/count_tokens") ? { input_tokens: Math.ceil(JSON.stringify(body).length / 4) } : null),
  read(given) {
    const { model, stream, system, messages, tools } = given as Body;
    return {
      model,
      ...(stream === undefined ? {} : { stream }),
      messages: [...(system === undefined ? [] : [{ role: "system", content: textOf(system) }]), ...messages.flatMap(toMessages)],
      ...(tools?.length
        ? {
            tools: tools.map(({ name, description = "", input_schema: parameters = {} }) => ({
              function: { name, description, parameters },
            })),
          }
        : {}),
    };
  },
  open: (model, id) => new MessagesWriter(messageOf(model, id)),
  whole(model, id, parts, { promptTokens, completionTokens }) {
    const content = parts.map((part, index) => {
      if (part.kind === "text") return { type: "text", text: part.text };
      if (part.kind === "reasoning") return { type: "thinking", thinking: part.text, signature: "scripted" };
      return { type: "tool_use", id: `toolu_${id}_${index}`, name: part.name, input: part.arguments };
    });
    const reason = parts.some(({ kind }) => kind === "tool") ? "tool_use" : "end_turn";
    const usage = { input_tokens: promptTokens, output_tokens: completionTokens };
    return { ...messageOf(model, id), content, stop_reason: reason, usage };
  },
};

const messageOf = (model: string, id: string) => ({ id: `msg_${id}`, type: "message", role: "assistant", model, stop_sequence: null });

/** Streams an answer as numbered blocks. */
class MessagesWriter implements AnswerWriter {
  readonly #message: object;
  #index = -1;
  #open: "text" | "reasoning" | "call" | null = null;
  #hasCalls = false;

  constructor(message: object) {
    this.#message = message;
  }

  begin(): string {
    const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
    return encodeNamed("message_start", { message: { ...this.#message, content: [], stop_reason: null, usage } });
  }

  write(piece: Parameters<AnswerWriter["write"]>[0]): string {
    if (piece.kind === "call_end") return this.#close();
    if (piece.kind === "arguments") return this.#delta({ type: "input_json_delta", partial_json: piece.text });
    if (piece.kind === "call") {
      this.#hasCalls = true;
      const begun = this.#begin("call", { type: "tool_use", id: piece.id.replace("call_", "toolu_"), name: piece.name, input: {} });
      return begun + (piece.arguments === "" ? "" : this.#delta({ type: "input_json_delta", partial_json: piece.arguments }));
    }
    const isText = piece.kind === "text";
    const begun =
      this.#open === piece.kind
        ? ""
        : this.#begin(piece.kind, isText ? { type: "text", text: "" } : { type: "thinking", thinking: "", signature: "" });
    return begun + this.#delta(isText ? { type: "text_delta", text: piece.text } : { type: "thinking_delta", thinking: piece.text });
  }

  end(usage: Parameters<AnswerWriter["end"]>[0]): string {
    const { promptTokens = 0, completionTokens = 0, cachedTokens = 0 } = usage ?? {};
    const counted = { input_tokens: promptTokens, output_tokens: completionTokens, cache_read_input_tokens: cachedTokens };
    const delta = { stop_reason: this.#hasCalls ? "tool_use" : "end_turn", stop_sequence: null };
    return this.#close() + encodeNamed("message_delta", { delta, usage: counted }) + encodeNamed("message_stop", {});
  }

  #begin(kind: "text" | "reasoning" | "call", block: object): string {
    const closed = this.#close();
    this.#index += 1;
    this.#open = kind;
    return closed + encodeNamed("content_block_start", { index: this.#index, content_block: block });
  }

  #delta(delta: object): string {
    return encodeNamed("content_block_delta", { index: this.#index, delta });
  }

  #close(): string {
    if (this.#open === null) return "";
    const signed = this.#open === "reasoning" ? this.#delta({ type: "signature_delta", signature: "scripted" }) : "";
    this.#open = null;
    return signed + encodeNamed("content_block_stop", { index: this.#index });
  }
}

function toMessages({ role, content }: Body["messages"][number]): ModelRequest["body"]["messages"] {
  if (typeof content === "string") return [{ role, content }];
  const results = content.filter(({ type }) => type === "tool_result");
  const calls = content.filter(({ type }) => type === "tool_use");
  const said = content.filter(({ type }) => type === "text");
  return [
    ...results.map(({ tool_use_id: id = "", content: result }) => ({ role: "tool", tool_call_id: id, content: textOf(result) })),
    ...(said.length > 0 || calls.length > 0
      ? [
          {
            role,
            content: textOf(said),
            ...(calls.length > 0
              ? {
                  tool_calls: calls.map(({ id = "", name = "", input }) => ({ id, function: { name, arguments: JSON.stringify(input) } })),
                }
              : {}),
          },
        ]
      : []),
  ];
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? (content as Block[]).map(({ text }) => text ?? "").join("\n") : "";
}
