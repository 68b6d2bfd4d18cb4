import type { CompletionUsage } from "@boocode/shared/models/completion-stream";
import { bearerOf, encodeNamed, type AnswerWriter, type ModelDoor } from "./model-door.ts";
import type { ModelRequest } from "./model-script.ts";

interface InputItem {
  type?: string;
  role?: string;
  content?: unknown;
  call_id?: string;
  name?: string;
  arguments?: string;
  output?: unknown;
}
interface Body {
  model: string;
  stream?: boolean;
  instructions?: string;
  input: string | InputItem[];
  tools?: { type: string; name?: string; description?: string; parameters?: Record<string, unknown> }[];
}

/** OpenAI's Responses. */
export const responsesDoor: ModelDoor = {
  api: "responses",
  takes: (path) => path.endsWith("/responses"),
  keyOf: bearerOf,
  read(given) {
    const { model, stream, instructions, input, tools } = given as Body;
    const items: InputItem[] = typeof input === "string" ? [{ role: "user", content: input }] : input;
    const named = tools?.filter(({ name }) => name !== undefined) ?? [];
    return {
      model,
      ...(stream === undefined ? {} : { stream }),
      messages: [...(instructions ? [{ role: "system", content: instructions }] : []), ...items.flatMap(toMessages)],
      ...(named.length > 0
        ? {
            tools: named.map(({ name = "", description = "", parameters = {} }) => ({ function: { name, description, parameters } })),
          }
        : {}),
    };
  },
  open: (model, id) => new ResponsesWriter(model, id),
  whole(model, id, parts, usage) {
    const output = parts.map((part, index) => {
      if (part.kind === "text") return messageItem(`msg_${id}_${index}`, part.text);
      if (part.kind === "reasoning") return reasoningItem(`rs_${id}_${index}`, part.text);
      return callItem(`fc_${id}_${index}`, `call_${id}_${index}`, part.name, JSON.stringify(part.arguments));
    });
    return responseOf(model, id, "completed", output, usage);
  },
};

/** Streams an answer as numbered items, each of which is repeated whole at its end and at the end of the answer. */
class ResponsesWriter implements AnswerWriter {
  readonly #model: string;
  readonly #id: string;
  readonly #output: object[] = [];
  #sequence = 0;
  #open: { kind: "text" | "reasoning" | "call"; id: string; text: string; callId: string; name: string } | null = null;

  constructor(model: string, id: string) {
    this.#model = model;
    this.#id = id;
  }

  begin(): string {
    return this.#event("response.created", { response: responseOf(this.#model, this.#id, "in_progress", [], null) });
  }

  write(piece: Parameters<AnswerWriter["write"]>[0]): string {
    if (piece.kind === "call_end") return this.#close();
    if (piece.kind === "arguments") return this.#delta("response.function_call_arguments.delta", piece.text, {});
    if (piece.kind === "call") {
      const begun = this.#begin("call", piece.id, piece.name);
      return begun + (piece.arguments === "" ? "" : this.#delta("response.function_call_arguments.delta", piece.arguments, {}));
    }
    const begun = this.#open?.kind === piece.kind ? "" : this.#begin(piece.kind, "", "");
    return (
      begun +
      (piece.kind === "text"
        ? this.#delta("response.output_text.delta", piece.text, { content_index: 0 })
        : this.#delta("response.reasoning_summary_text.delta", piece.text, { summary_index: 0 }))
    );
  }

  end(usage: CompletionUsage | null): string {
    return (
      this.#close() + this.#event("response.completed", { response: responseOf(this.#model, this.#id, "completed", this.#output, usage) })
    );
  }

  #begin(kind: "text" | "reasoning" | "call", callId: string, name: string): string {
    const closed = this.#close();
    const index = this.#output.length;
    const id = `${{ text: "msg", reasoning: "rs", call: "fc" }[kind]}_${this.#id}_${index}`;
    this.#open = { kind, id, text: "", callId, name };
    const item =
      kind === "text"
        ? { ...messageItem(id, ""), status: "in_progress", content: [] }
        : kind === "reasoning"
          ? { ...reasoningItem(id, ""), summary: [] }
          : { ...callItem(id, callId, name, ""), status: "in_progress" };
    const added = this.#event("response.output_item.added", { output_index: index, item });
    if (kind === "text") {
      return closed + added + this.#event("response.content_part.added", this.#placed({ content_index: 0, part: outputText("") }));
    }
    if (kind === "call") return closed + added;
    const part = { type: "summary_text", text: "" };
    return closed + added + this.#event("response.reasoning_summary_part.added", this.#placed({ summary_index: 0, part }));
  }

  #close(): string {
    const open = this.#open;
    if (open === null) return "";
    const { kind, id, text, callId, name } = open;
    const index = this.#output.length;
    const done =
      kind === "text"
        ? this.#event("response.output_text.done", this.#placed({ content_index: 0, text })) +
          this.#event("response.content_part.done", this.#placed({ content_index: 0, part: outputText(text) }))
        : kind === "reasoning"
          ? this.#event("response.reasoning_summary_text.done", this.#placed({ summary_index: 0, text }))
          : this.#event("response.function_call_arguments.done", this.#placed({ arguments: text }));
    const item =
      kind === "text" ? messageItem(id, text) : kind === "reasoning" ? reasoningItem(id, text) : callItem(id, callId, name, text);
    this.#open = null;
    this.#output.push(item);
    return done + this.#event("response.output_item.done", { output_index: index, item });
  }

  #delta(type: string, delta: string, place: object): string {
    if (this.#open) this.#open.text += delta;
    return this.#event(type, this.#placed({ ...place, delta }));
  }

  #placed(data: object): object {
    return { item_id: this.#open?.id, output_index: this.#output.length, ...data };
  }

  #event(type: string, data: object): string {
    const encoded = encodeNamed(type, { sequence_number: this.#sequence, ...data });
    this.#sequence += 1;
    return encoded;
  }
}

const outputText = (text: string) => ({ type: "output_text", text, annotations: [] });
const messageItem = (id: string, text: string) => ({
  type: "message",
  id,
  role: "assistant",
  status: "completed",
  content: [outputText(text)],
});
const reasoningItem = (id: string, text: string) => ({ type: "reasoning", id, summary: [{ type: "summary_text", text }] });
const callItem = (id: string, callId: string, name: string, text: string) => ({
  type: "function_call",
  id,
  call_id: callId,
  name,
  arguments: text,
  status: "completed",
});

function responseOf(model: string, id: string, status: string, output: readonly object[], usage: CompletionUsage | null): object {
  const { promptTokens = 0, completionTokens = 0, cachedTokens = 0 } = usage ?? {};
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: 0,
    model,
    status,
    output,
    usage: usage && {
      input_tokens: promptTokens,
      input_tokens_details: { cached_tokens: cachedTokens },
      output_tokens: completionTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: promptTokens + completionTokens,
    },
  };
}

function toMessages(item: InputItem): ModelRequest["body"]["messages"] {
  const { type = "message", role = "user", content, call_id: id = "", name = "", arguments: text = "", output } = item;
  if (type === "message") return [{ role, content: textOf(content) }];
  if (type === "function_call") return [{ role: "assistant", content: "", tool_calls: [{ id, function: { name, arguments: text } }] }];
  if (type === "function_call_output") return [{ role: "tool", tool_call_id: id, content: textOf(output) }];
  return [];
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? (content as { text?: string }[]).map(({ text }) => text ?? "").join("\n") : "";
}
