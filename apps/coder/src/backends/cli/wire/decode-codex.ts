import { z } from "zod";
import type { CliSign } from "./cli-sign.ts";
import { readJson } from "./read-json.ts";

const LOGIN = /\b(?:not logged in|codex login|401 unauthorized|missing bearer)\b/i;
/** Warnings about itself that nobody can act on during a turn. */
const RECONNECTING = /^Reconnecting\b/;
/** The command line that a shell is started for: `/bin/bash -lc 'echo out'`. */
const IN_SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh -l?c ([^]+)$/;

const text = z.string();
const count = z.number().int().nonnegative();
const Item = z.object({
  id: text,
  type: text,
  text: text.optional(),
  message: text.optional(),
  command: text.optional(),
  aggregated_output: text.nullish(),
  exit_code: z.number().int().nullish(),
  status: text.optional(),
  changes: z.array(z.object({ path: text, kind: text.optional() })).optional(),
  server: text.optional(),
  tool: text.optional(),
  arguments: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: text }).nullish(),
  query: text.optional(),
  items: z.array(z.object({ text, completed: z.boolean() })).optional(),
});
const Message = z.object({
  type: text,
  thread_id: text.optional(),
  item: Item.optional(),
  message: text.optional(),
  error: z.object({ message: text }).optional(),
  usage: z.object({ input_tokens: count, cached_input_tokens: count.optional(), output_tokens: count }).optional(),
});
type Item = z.infer<typeof Item>;

/** Reads a line of `codex exec --json`. */
export function decodeCodex(line: string): readonly CliSign[] | null {
  const said = readJson(Message, line);
  if (said === null) return null;
  switch (said.type) {
    case "thread.started":
      return said.thread_id === undefined ? null : [{ kind: "session", sessionId: said.thread_id }];
    case "turn.started":
      return [];
    case "item.started":
    case "item.updated":
    case "item.completed":
      return said.item === undefined ? null : decodeItem(said.item, said.type === "item.completed");
    case "turn.completed": {
      const { usage } = said;
      const signs: CliSign[] = [{ kind: "end", end: { state: "completed" } }];
      if (usage) {
        const { input_tokens: inputTokens, output_tokens: outputTokens, cached_input_tokens: cachedTokens = null } = usage;
        signs.unshift({ kind: "usage", of: "session", usage: { inputTokens, outputTokens, cachedTokens } });
      }
      return signs;
    }
    case "turn.failed":
      return [{ kind: "end", end: failed(said.error?.message ?? "The turn failed.") }];
    case "error": {
      const message = said.message ?? "";
      if (RECONNECTING.test(message)) return [{ kind: "notice", level: "info", text: message }];
      return [{ kind: "end", end: failed(message) }];
    }
    default:
      return [{ kind: "unknown", name: said.type }];
  }
}

function decodeItem(item: Item, isOver: boolean): CliSign[] {
  switch (item.type) {
    case "agent_message":
      return isOver ? [{ kind: "whole", part: "text", text: item.text ?? "" }] : [];
    case "reasoning":
      return isOver ? [{ kind: "whole", part: "thought", text: item.text ?? "" }] : [];
    case "error":
      return [{ kind: "notice", level: "warning", text: item.message ?? "The agent reported an error." }];
    case "todo_list":
      return [{ kind: "plan", entries: (item.items ?? []).map((one) => ({ text: one.text, status: one.completed ? "done" : "pending" })) }];
    case "command_execution":
      return decodeCall(item, isOver, { name: "shell", toolKind: "command", input: { command: withoutShell(item.command ?? "") } });
    case "file_change": {
      const paths = (item.changes ?? []).map(({ path }) => path);
      return decodeCall(item, isOver, { name: "apply_patch", toolKind: "edit", input: { changes: item.changes ?? [] }, paths });
    }
    case "mcp_tool_call":
      return decodeCall(item, isOver, {
        name: [item.server, item.tool].filter(Boolean).join("."),
        toolKind: "other",
        input: item.arguments,
      });
    case "web_search":
      return decodeCall(item, isOver, { name: "web_search", toolKind: "fetch", input: { query: item.query ?? "" } });
    default:
      return [{ kind: "unknown", name: `item ${item.type}` }];
  }
}

type Call = Omit<Extract<CliSign, { kind: "call" }>, "kind" | "callId">;

/** A call is said again with every line about it. */
function decodeCall(item: Item, isOver: boolean, call: Call): CliSign[] {
  const { id: callId, aggregated_output: output, exit_code: exitCode, status, error } = item;
  const isFailed = status === "failed" || status === "declined" || error != null;
  return [
    { kind: "call", callId, ...call },
    {
      kind: "result",
      callId,
      status: !isOver ? "running" : isFailed ? "failed" : "completed",
      output: error?.message ?? output ?? textOf(item.result),
      ...(exitCode == null ? {} : { exitCode }),
    },
  ];
}

function failed(message: string): Extract<CliSign, { kind: "end" }>["end"] {
  const words = unwrap(message);
  return { state: "failed", cause: LOGIN.test(words) ? "login_required" : "agent_error", message: words };
}

/** The message in an error that a model's server sent as JSON. */
function unwrap(message: string): string {
  const wrapped = readJson(z.object({ error: z.object({ message: text }) }), message);
  return wrapped?.error.message ?? message;
}

/** The command line that codex gives a shell, which it says as that shell's whole command, quoted. */
function withoutShell(command: string): string {
  const quoted = IN_SHELL.exec(command)?.[1];
  if (quoted === undefined) return command;
  const [, single, double] = /^(?:'([^]*)'|"([^]*)")$/.exec(quoted) ?? [];
  return single?.replaceAll(`'\\''`, "'") ?? double?.replace(/\\(["\\$`])/g, "$1") ?? quoted;
}

function textOf(result: unknown): string {
  const { content } = (result ?? {}) as { content?: unknown };
  if (!Array.isArray(content)) return "";
  return content.flatMap((one: { text?: unknown } | null) => (typeof one?.text === "string" ? [one.text] : [])).join("\n");
}
