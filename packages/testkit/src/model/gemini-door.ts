import type { CompletionUsage, ReplyPart } from "@boocode/shared/models/completion-stream";
import { encodeEvent } from "@boocode/shared/models/completion-stream";
import { parseArguments, type ModelDoor } from "./model-door.ts";
import type { ModelRequest } from "./model-script.ts";

interface Part {
  text?: string;
  functionCall?: { id?: string; name: string; args?: unknown };
  functionResponse?: { id?: string; name: string; response?: unknown };
}
interface Body {
  systemInstruction?: { parts?: Part[] };
  contents: { role?: string; parts?: Part[] }[];
  tools?: {
    functionDeclarations?: {
      name: string;
      description?: string;
      parameters?: Record<string, unknown>;
      parametersJsonSchema?: Record<string, unknown>;
    }[];
  }[];
}

const METHOD = /\/models\/([^/:]+):(streamGenerateContent|generateContent|countTokens)$/;

/** Google's Gemini, whose path names the model and the method. */
export const geminiDoor: ModelDoor = {
  api: "gemini",
  takes: (path) => METHOD.test(path),
  keyOf: (headers, query) => (headers["x-goog-api-key"] as string | undefined) ?? query.get("key"),
  answerAside: (path, body) => (path.endsWith(":countTokens") ? { totalTokens: Math.ceil(JSON.stringify(body).length / 4) } : null),
  read(given, path) {
    const { systemInstruction, contents, tools } = given as Body;
    const [, model = "", method] = METHOD.exec(path) ?? [];
    const declared = tools?.flatMap(({ functionDeclarations = [] }) => functionDeclarations) ?? [];
    return {
      model,
      stream: method === "streamGenerateContent",
      messages: [
        ...(systemInstruction ? [{ role: "system", content: textOf(systemInstruction.parts) }] : []),
        ...contents.flatMap(({ role, parts = [] }) => toMessages(role === "model" ? "assistant" : "user", parts)),
      ],
      ...(declared.length > 0
        ? {
            tools: declared.map(({ name, description = "", parameters, parametersJsonSchema }) => ({
              function: { name, description, parameters: parametersJsonSchema ?? parameters ?? {} },
            })),
          }
        : {}),
    };
  },
  open(model) {
    let call: { name: string; id: string; text: string } | null = null;
    return {
      begin: () => "",
      write(piece) {
        if (piece.kind === "text" || piece.kind === "reasoning") return encodeEvent(chunkOf(model, [toPart(piece)], null, null));
        if (piece.kind === "call") call = { name: piece.name, id: piece.id, text: piece.arguments };
        if (piece.kind === "arguments" && call) call.text += piece.text;
        if (piece.kind !== "call_end" || call === null) return "";
        // This interface sends a call whole.
        const { name, text } = call;
        call = null;
        return encodeEvent(chunkOf(model, [{ functionCall: { name, args: parseArguments(text) } }], null, null));
      },
      end: (usage) => encodeEvent(chunkOf(model, [], "STOP", usage)),
    };
  },
  whole: (model, _, parts, usage) => chunkOf(model, parts.map(toPart), "STOP", usage),
};

function toPart(part: ReplyPart): object {
  if (part.kind === "tool") return { functionCall: { name: part.name, args: part.arguments } };
  return part.kind === "text" ? { text: part.text } : { text: part.text, thought: true };
}

function chunkOf(model: string, parts: readonly object[], finishReason: string | null, usage: CompletionUsage | null): object {
  return {
    responseId: "scripted",
    modelVersion: model,
    candidates: [{ index: 0, content: { role: "model", parts }, ...(finishReason === null ? {} : { finishReason }) }],
    ...(usage === null
      ? {}
      : {
          usageMetadata: {
            promptTokenCount: usage.promptTokens,
            candidatesTokenCount: usage.completionTokens,
            totalTokenCount: usage.promptTokens + usage.completionTokens,
            ...(usage.cachedTokens === undefined ? {} : { cachedContentTokenCount: usage.cachedTokens }),
          },
        }),
  };
}

function toMessages(role: string, parts: readonly Part[]): ModelRequest["body"]["messages"] {
  const results = parts.flatMap(({ functionResponse }) => (functionResponse ? [functionResponse] : []));
  const calls = parts.flatMap(({ functionCall }) => (functionCall ? [functionCall] : []));
  const said = textOf(parts);
  return [
    ...results.map(({ id, name, response }) => ({ role: "tool", tool_call_id: id ?? name, content: JSON.stringify(response ?? {}) })),
    ...(said !== "" || calls.length > 0
      ? [
          {
            role,
            content: said,
            ...(calls.length > 0
              ? {
                  tool_calls: calls.map(({ id, name, args }) => ({
                    id: id ?? name,
                    function: { name, arguments: JSON.stringify(args ?? {}) },
                  })),
                }
              : {}),
          },
        ]
      : []),
  ];
}

const textOf = (parts: readonly Part[] | undefined) => (parts ?? []).flatMap(({ text }) => text ?? []).join("\n");
