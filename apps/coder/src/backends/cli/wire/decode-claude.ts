import type { ToolKind } from "@boocode/shared/agents/agent-event";
import { toHunk } from "@boocode/shared/text/to-hunk";
import { z } from "zod";
import { toInnerPath } from "../../../platform/files/inner-path.ts";
import type { CliSign } from "./cli-sign.ts";
import { readJson } from "./read-json.ts";

/** Tools by the kind of what they do. */
const KINDS: Readonly<Record<string, ToolKind>> = {
  Bash: "command",
  Read: "read",
  Write: "write",
  Edit: "edit",
  MultiEdit: "edit",
  NotebookEdit: "edit",
  Glob: "search",
  Grep: "search",
  LS: "list",
  WebFetch: "fetch",
  WebSearch: "fetch",
};
const TODO_STATES: Readonly<Record<string, "pending" | "running" | "done">> = { in_progress: "running", completed: "done" };
/** The types of messages; those that are not read say nothing about the turn. */
const KNOWN: ReadonlySet<string> = new Set([
  "stream_event",
  "assistant",
  "user",
  "result",
  "rate_limit_event",
  "tool_progress",
  "prompt_suggestion",
]);
const LOGIN = /\b(?:not logged in|please run \/login|invalid api key|oauth token (?:has )?(?:expired|revoked))\b/i;
const LOST = /\bno conversation found\b|--resume requires a valid session/i;

const text = z.string();
const count = z.number().int().nonnegative();
const Tokens = z
  .object({
    input_tokens: count.nullish(),
    output_tokens: count.nullish(),
    cache_read_input_tokens: count.nullish(),
    cache_creation_input_tokens: count.nullish(),
  })
  .nullish()
  .catch(null);
const Block = z.object({
  type: text,
  text: text.optional(),
  thinking: text.optional(),
  id: text.optional(),
  name: text.optional(),
  input: z.unknown().optional(),
  tool_use_id: text.optional(),
  content: z.unknown().optional(),
  is_error: z.boolean().nullish(),
});
const Hunk = z.object({ oldStart: z.number(), oldLines: z.number(), newStart: z.number(), newLines: z.number(), lines: z.array(text) });
const Edited = z.object({
  filePath: text,
  content: text.optional(),
  originalFile: text.nullish(),
  structuredPatch: z.array(Hunk),
});
const Todos = z.object({ todos: z.array(z.object({ content: text, status: text })) });
/** What the program says about itself. */
const System = z.object({
  subtype: text,
  session_id: text.optional(),
  model: text.optional(),
  slash_commands: z.array(text).optional(),
  attempt: z.number().optional(),
  max_retries: z.number().optional(),
  error: z.unknown().optional(),
});
const Message = z.object({
  subtype: text.optional(),
  session_id: text.optional(),
  parent_tool_use_id: text.nullish(),
  message: z.object({ model: text.optional(), content: z.union([text, z.array(Block)]) }).optional(),
  event: z
    .object({
      type: text,
      delta: z.object({ type: text.optional(), text: text.optional(), thinking: text.optional() }).optional(),
      usage: Tokens,
    })
    .optional(),
  tool_use_result: z.unknown().optional(),
  is_error: z.boolean().optional(),
  is_api_error_message: z.boolean().optional(),
  result: text.optional(),
  errors: z.array(text).optional(),
  usage: Tokens,
  total_cost_usd: z.number().nonnegative().optional(),
  modelUsage: z
    .record(text, z.object({ contextWindow: count.optional() }))
    .optional()
    .catch(undefined),
  permission_denials: z.array(z.object({ tool_name: text })).optional(),
});
type Message = z.infer<typeof Message>;
type Block = z.infer<typeof Block>;

/** Reads a line of `claude -p --output-format stream-json`. */
export function decodeClaude(line: string, root: string): readonly CliSign[] | null {
  const whole = readJson(z.looseObject({ type: text }), line);
  if (whole === null) return null;
  if (whole.type === "system") {
    const system = System.safeParse(whole);
    return system.success ? decodeSystem(system.data) : null;
  }
  if (!KNOWN.has(whole.type)) return [{ kind: "unknown", name: whole.type }];
  const parsed = Message.safeParse(whole);
  return parsed.success ? decodeMessage(whole.type, parsed.data, root) : null;
}

function decodeMessage(type: string, said: Message, root: string): readonly CliSign[] {
  switch (type) {
    case "stream_event":
      return said.parent_tool_use_id ? [] : decodeStream(said);
    case "assistant":
      return decodeAssistant(said);
    case "user":
      return decodeUser(said, root);
    case "result":
      return decodeResult(said);
    default:
      return [];
  }
}

function decodeSystem({ subtype, session_id, model, slash_commands, attempt, max_retries, error }: z.infer<typeof System>): CliSign[] {
  if (subtype === "init") {
    return [
      ...(session_id === undefined ? [] : [{ kind: "session" as const, sessionId: session_id }]),
      ...(model === undefined ? [] : [{ kind: "model" as const, model }]),
      ...(slash_commands ? [{ kind: "commands" as const, commands: slash_commands.map((name) => ({ name, description: "" })) }] : []),
    ];
  }
  if (subtype === "api_retry") {
    const why = typeof error === "string" && error !== "unknown" ? ` (${error})` : "";
    const which = attempt === undefined || max_retries === undefined ? "" : `, attempt ${attempt} of ${max_retries}`;
    return [{ kind: "notice", level: "info", text: `The model did not answer${why}; the agent tries again${which}.` }];
  }
  if (subtype === "compact_boundary") {
    return [{ kind: "notice", level: "info", text: "The agent shortened its context: what came before is now a summary to it." }];
  }
  return [];
}

function decodeStream({ event }: Message): CliSign[] {
  const { delta, usage } = event ?? {};
  if (delta?.type === "text_delta" && delta.text) return [{ kind: "delta", part: "text", text: delta.text }];
  if (delta?.type === "thinking_delta" && delta.thinking) return [{ kind: "delta", part: "thought", text: delta.thinking }];
  if (event?.type !== "message_delta" || !usage) return [];
  const contextUsed =
    (usage.input_tokens ?? 0) +
    (usage.cache_read_input_tokens ?? 0) +
    (usage.cache_creation_input_tokens ?? 0) +
    (usage.output_tokens ?? 0);
  return [{ kind: "usage", of: "turn", usage: { contextUsed } }];
}

function decodeAssistant({ message, parent_tool_use_id: parent, is_api_error_message }: Message): CliSign[] {
  // An error of the model's server is said again by the result.
  if (is_api_error_message || message === undefined) return [];
  const blocks = typeof message.content === "string" ? [{ type: "text", text: message.content } as Block] : message.content;
  return blocks.flatMap((block): CliSign[] => {
    // What a sub-agent says is in the result of the call that began it.
    if (block.type === "text" && !parent) return [{ kind: "whole", part: "text", text: block.text ?? "" }];
    if (block.type === "thinking" && !parent) return [{ kind: "whole", part: "thought", text: block.thinking ?? "" }];
    if (block.type !== "tool_use" && block.type !== "server_tool_use") return [];
    return decodeCall(block, parent ?? undefined);
  });
}

function decodeCall({ id = "", name = "tool", input }: Block, parentId: string | undefined): CliSign[] {
  const todos = name === "TodoWrite" ? Todos.safeParse(input) : null;
  if (todos?.success) {
    const entries = todos.data.todos.map(({ content, status }) => ({ text: content, status: TODO_STATES[status] ?? "pending" }));
    return [{ kind: "plan", entries }];
  }
  return [{ kind: "call", callId: id, name, toolKind: KINDS[name] ?? "other", input, parentId }];
}

function decodeUser({ message, tool_use_result }: Message, root: string): CliSign[] {
  const blocks = Array.isArray(message?.content) ? message.content : [];
  return blocks.flatMap((block): CliSign[] => {
    if (block.type !== "tool_result" || block.tool_use_id === undefined) return [];
    const whole = textOf(block.content).replace(/^<tool_use_error>([\s\S]*)<\/tool_use_error>$/, "$1");
    const [head, code] = /^Exit code (\d+)\n?/.exec(whole) ?? [];
    const isFailed = block.is_error === true;
    return [
      {
        kind: "result",
        callId: block.tool_use_id,
        status: isFailed ? "failed" : "completed",
        output: isFailed && head !== undefined ? whole.slice(head.length) : whole,
        exitCode: isFailed && code !== undefined ? Number(code) : undefined,
        patch: blocks.length === 1 ? toPatch(tool_use_result, root) : undefined,
      },
    ];
  });
}

function decodeResult(said: Message): CliSign[] {
  const { session_id, usage, total_cost_usd: cost, modelUsage = {}, permission_denials: denied = [] } = said;
  const windows = Object.values(modelUsage).flatMap(({ contextWindow }) => contextWindow ?? []);
  const signs: CliSign[] = [];
  if (usage) {
    const { input_tokens: input, output_tokens: outputTokens, cache_read_input_tokens: cachedTokens } = usage;
    // It counts what came from and went into its cache beside the input.
    const beside = (cachedTokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
    const contextSize = windows.length === 1 ? windows[0]! : null;
    signs.push({
      kind: "usage",
      of: "turn",
      usage: {
        inputTokens: input == null ? null : input + beside,
        outputTokens: outputTokens ?? null,
        cachedTokens: cachedTokens ?? null,
        cost: cost ?? null,
        contextSize,
      },
    });
  }
  if (denied.length > 0) {
    const names = [...new Set(denied.map(({ tool_name }) => tool_name))].join(", ");
    const times = denied.length === 1 ? "One action was" : `${denied.length} actions were`;
    const text = `${times} refused (${names}): on its command line the agent cannot ask you. Another mode allows more.`;
    signs.push({ kind: "notice", level: "info", text });
  }
  const message = said.result || said.errors?.join("\n") || (said.subtype ?? "");
  if (said.is_error === true || said.subtype !== "success") {
    signs.push({ kind: "end", end: LOST.test(message) ? { state: "lost", message } : failed(said.subtype ?? "", message) });
    return signs;
  }
  if (session_id !== undefined) signs.push({ kind: "session", sessionId: session_id });
  signs.push({ kind: "end", end: { state: "completed" } });
  return signs;
}

function failed(subtype: string, message: string): Extract<CliSign, { kind: "end" }>["end"] {
  if (subtype === "error_max_turns") return { state: "failed", cause: "step_limit", message: "The agent reached its step limit." };
  return { state: "failed", cause: LOGIN.test(message) ? "login_required" : "agent_error", message };
}

function toPatch(result: unknown, root: string): string | undefined {
  const edited = Edited.safeParse(result);
  if (!edited.success) return undefined;
  const { filePath, content, originalFile, structuredPatch } = edited.data;
  const path = toInnerPath(filePath, root) ?? filePath;
  if (structuredPatch.length === 0) return originalFile === null && content !== undefined ? toHunk(path, null, content) : undefined;
  const hunks = structuredPatch.map(
    ({ oldStart, oldLines, newStart, newLines, lines }) => `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@\n${lines.join("\n")}\n`,
  );
  return `--- a/${path}\n+++ b/${path}\n${hunks.join("")}`;
}

/** The text of a tool result: a string, or blocks of which some are images. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((block: unknown) => {
      const { type, text } = (block ?? {}) as { type?: unknown; text?: unknown };
      return typeof text === "string" ? text : `[${typeof type === "string" ? type : "content"}]`;
    })
    .join("\n");
}
