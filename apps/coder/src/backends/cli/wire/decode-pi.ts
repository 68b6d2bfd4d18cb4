import type { ToolKind } from "@boocode/shared/agents/agent-event";
import { toHunk } from "@boocode/shared/text/to-hunk";
import { z } from "zod";
import { toInnerPath } from "../../../platform/files/inner-path.ts";
import type { CliSign, SaidEnd } from "./cli-sign.ts";
import { readJson } from "./read-json.ts";

const KINDS: Readonly<Record<string, ToolKind>> = {
  bash: "command",
  read: "read",
  write: "write",
  edit: "edit",
  grep: "search",
  find: "search",
  ls: "list",
};
/**
 * The beginning of a line about a piece of text. Behind it, pi repeats the whole message so far, twice, so that reading such lines whole
 * would take time that grows with the square of the answer's length.
 */
const DELTA =
  /^\{"type":"message_update","assistantMessageEvent":\{"type":"(text|thinking)_delta","contentIndex":\d+,"delta":("(?:[^"\\]|\\.)*"),"partial"/;
/** A line about a piece of a tool call, or about the bounds of a part: the whole message follows. */
const SKIPPED =
  /^\{"type":"message_update","assistantMessageEvent":\{"type":"(?:toolcall_\w+|text_start|text_end|thinking_start|thinking_end|start)"/;
const EXIT = /\n*Command exited with code (\d+)\s*$/;

const text = z.string();
const count = z.number().nonnegative();
const Block = z.object({ type: text, text: text.optional(), thinking: text.optional() });
const Reply = z.object({
  role: text,
  content: z.union([text, z.array(Block)]).optional(),
  provider: text.optional(),
  model: text.optional(),
  stopReason: text.optional(),
  errorMessage: text.optional(),
  usage: z
    .object({
      input: count,
      output: count,
      cacheRead: count.optional(),
      cacheWrite: count.optional(),
      totalTokens: count.optional(),
      cost: z.object({ total: count }).optional(),
    })
    .optional()
    .catch(undefined),
});
const Result = z.object({ content: z.array(Block).optional() });
const Edits = z.object({ path: text, edits: z.array(z.object({ oldText: text, newText: text })) });
const Message = z.object({
  type: text,
  id: text.optional(),
  message: Reply.optional(),
  assistantMessageEvent: z.object({ type: text, delta: text.optional() }).optional(),
  toolCallId: text.optional(),
  toolName: text.optional(),
  args: z.unknown().optional(),
  partialResult: Result.optional(),
  result: Result.optional().catch(undefined),
  isError: z.boolean().optional(),
  attempt: z.number().optional(),
  maxAttempts: z.number().optional(),
  errorMessage: text.optional(),
});
type Message = z.infer<typeof Message>;
type Reply = z.infer<typeof Reply>;

/** Reads a line of `pi -p --mode json`. */
export function decodePi(line: string, root: string): readonly CliSign[] | null {
  const [, part, quoted] = DELTA.exec(line) ?? [];
  const delta = quoted === undefined ? null : readJson(text, quoted);
  if (delta !== null) return toDelta(part!, delta);
  if (SKIPPED.test(line)) return [];
  const said = readJson(Message, line);
  if (said === null) return null;
  switch (said.type) {
    case "session":
      return said.id === undefined ? null : [{ kind: "session", sessionId: said.id }];
    case "message_update": {
      const { type = "", delta = "" } = said.assistantMessageEvent ?? {};
      return type.endsWith("_delta") && !type.startsWith("toolcall") ? toDelta(type.slice(0, -"_delta".length), delta) : [];
    }
    case "message_end":
      return said.message?.role === "assistant" ? decodeReply(said.message) : [];
    case "tool_execution_start":
    case "tool_execution_update":
    case "tool_execution_end":
      return decodeTool(said, root);
    case "auto_retry_start":
      return [
        { kind: "goes_on" },
        {
          kind: "notice",
          level: "info",
          text: `The model did not answer (${said.errorMessage ?? "no reason given"}); the agent tries again, attempt ${said.attempt} of ${said.maxAttempts}.`,
        },
      ];
    case "compaction_end":
      return [{ kind: "notice", level: "info", text: "The agent shortened its context: what came before is now a summary to it." }];
    case "agent_start":
    case "agent_end":
    case "turn_start":
    case "turn_end":
    case "message_start":
    case "auto_retry_end":
    case "compaction_start":
    case "queue_update":
    case "session_info_changed":
    case "thinking_level_changed":
      return [];
    default:
      return [{ kind: "unknown", name: said.type }];
  }
}

const toDelta = (part: string, delta: string): CliSign[] =>
  delta === "" ? [] : [{ kind: "delta", part: part === "thinking" ? "thought" : "text", text: delta }];

function decodeReply({ content = [], provider, model, usage, stopReason = "", errorMessage }: Reply): CliSign[] {
  const signs: CliSign[] = [];
  if (model !== undefined) signs.push({ kind: "model", model: provider === undefined ? model : `${provider}/${model}` });
  for (const block of typeof content === "string" ? [{ type: "text", text: content }] : content) {
    if (block.type === "text") signs.push({ kind: "whole", part: "text", text: block.text ?? "" });
    if (block.type === "thinking") signs.push({ kind: "whole", part: "thought", text: ("thinking" in block && block.thinking) || "" });
  }
  if (usage) {
    const { input, output: outputTokens, cacheRead: cachedTokens = null, cacheWrite = 0, totalTokens, cost } = usage;
    // It counts what came from and went into a cache beside the input.
    const inputTokens = input + (cachedTokens ?? 0) + cacheWrite;
    signs.push({
      kind: "usage",
      of: "step",
      usage: { inputTokens, outputTokens, cachedTokens, cost: cost?.total ?? null, contextUsed: totalTokens ?? null },
    });
  }
  const end = toEnd(stopReason, errorMessage);
  // It goes on after its tools.
  signs.push(end === null ? { kind: "goes_on" } : { kind: "end", end });
  return signs;
}

function toEnd(stopReason: string, errorMessage: string | undefined): SaidEnd | null {
  switch (stopReason) {
    case "stop":
      return { state: "completed" };
    case "length":
      return { state: "failed", cause: "model_length", message: "The model's answer reached its token limit." };
    case "error":
    case "aborted":
      return { state: "failed", cause: "agent_error", message: errorMessage ?? "The turn was stopped outside BooCode." };
    default:
      return null;
  }
}

function decodeTool(said: Message, root: string): CliSign[] {
  const { type, toolCallId: callId = "", toolName: name = "tool", args, partialResult, result, isError } = said;
  if (type === "tool_execution_start") {
    return [
      {
        kind: "call",
        callId,
        name,
        toolKind: KINDS[name] ?? "other",
        input: args,
        patch: name === "edit" ? toPatch(args, root) : undefined,
      },
    ];
  }
  const whole = ((type === "tool_execution_end" ? result : partialResult)?.content ?? [])
    .map((one) => one.text ?? `[${one.type}]`)
    .join("\n");
  if (type === "tool_execution_update") return [{ kind: "result", callId, status: "running", output: whole }];
  const exit = isError && name === "bash" ? EXIT.exec(whole) : null;
  return [
    {
      kind: "result",
      callId,
      status: isError ? "failed" : "completed",
      output: exit ? `${whole.slice(0, exit.index)}\n` : whole,
      exitCode: exit ? Number(exit[1]) : undefined,
    },
  ];
}

/** The patch of an edit, from its arguments: pi says a diff only in a form of its own. Lines are counted from the start of each piece. */
function toPatch(input: unknown, root: string): string | undefined {
  const edited = Edits.safeParse(input);
  if (!edited.success) return undefined;
  const { path, edits } = edited.data;
  const [first = "", ...more] = edits.map(({ oldText, newText }) =>
    toHunk(toInnerPath(path, root) ?? path, toLines(oldText), toLines(newText)),
  );
  return first + more.map((hunk) => hunk.slice(hunk.indexOf("@@"))).join("");
}

/** A piece of a file, which often ends inside a line: that is no line without an end. */
const toLines = (piece: string) => (piece === "" || piece.endsWith("\n") ? piece : `${piece}\n`);
