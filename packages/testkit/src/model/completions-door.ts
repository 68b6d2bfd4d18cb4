import { DONE_EVENT, encodeChunk, encodeUsage, toCompletion } from "@boocode/shared/models/completion-stream";
import { bearerOf, type ModelDoor } from "./model-door.ts";
import type { ModelRequest } from "./model-script.ts";

const identityOf = (model: string) => ({ id: "chatcmpl-scripted", model, created: 0 });

/** OpenAI's chat completions, which also take every path that no other door takes. */
export const completionsDoor: ModelDoor = {
  api: "completions",
  takes: () => true,
  keyOf: bearerOf,
  read: (body) => body as ModelRequest["body"],
  open(model) {
    const identity = identityOf(model);
    let calls = 0;
    return {
      begin: () => "",
      write(piece) {
        if (piece.kind === "text") return encodeChunk(identity, { content: piece.text });
        if (piece.kind === "reasoning") return encodeChunk(identity, { reasoning_content: piece.text });
        if (piece.kind === "call_end") return "";
        if (piece.kind === "arguments")
          return encodeChunk(identity, { tool_calls: [{ index: calls - 1, function: { arguments: piece.text } }] });
        const { id, name, arguments: text } = piece;
        calls += 1;
        return encodeChunk(identity, { tool_calls: [{ index: calls - 1, id, type: "function", function: { name, arguments: text } }] });
      },
      end: (usage) =>
        encodeChunk(identity, {}, calls > 0 ? "tool_calls" : "stop") + (usage ? encodeUsage(identity, usage) : "") + DONE_EVENT,
    };
  },
  whole: (model, _, parts, usage) => toCompletion(identityOf(model), parts, (index) => `call_${index}`, usage),
};
