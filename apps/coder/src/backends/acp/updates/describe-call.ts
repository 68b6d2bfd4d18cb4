import { cutText } from "@boocode/shared/text/cut-text";
import { toInnerPath } from "../../../platform/files/inner-path.ts";
import type { AgentEvent, ToolKind, ToolResult } from "@boocode/shared/agents/agent-event";
import { toHunk } from "@boocode/shared/text/to-hunk";
import type { ToolFields } from "../wire/acp-wire.ts";

type Started = Extract<AgentEvent, { type: "tool.started" }>;
type Fields = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<string, ToolKind>> = {
  read: "read",
  edit: "edit",
  delete: "delete",
  move: "rename",
  search: "search",
  execute: "command",
  fetch: "fetch",
};
/** Tool kinds by the last word of the name, for agents that report `other` or a less specific kind. */
const NAMES: Readonly<Record<string, ToolKind>> = {
  shell: "command",
  bash: "command",
  run_shell_command: "command",
  write: "write",
  write_file: "write",
  edit: "edit",
  text_editor: "edit",
  str_replace: "edit",
  read: "read",
  read_file: "read",
  tree: "list",
  list_directory: "list",
  grep_search: "search",
  glob: "search",
  fetch: "fetch",
};
const PATH_FIELDS = ["path", "file_path", "filePath", "absolute_path", "notebook_path"];
const MAX_TITLE_CHARS = 200;
const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh$/;
/** The first line of a Markdown fence. */
const FENCE = /^(`{3,})[\w-]*$/;

/** Describes a call for its card. `root` is the worktree. */
export function describeCall(call: ToolFields, root: string): Omit<Started, "type" | "callId" | "parentCallId"> {
  const name = nameOf(call);
  const byName = NAMES[name.toLowerCase()];
  const said = KINDS[call.kind ?? ""];
  const kind: ToolKind = said === undefined || (said === "edit" && byName === "write") ? (byName ?? "other") : said;
  const input = toFields(call.rawInput);
  const argv = kind === "command" ? toArgv(input) : null;
  const cwd =
    kind === "command" ? [input["cwd"], input["workdir"], input["directory"]].find((value) => typeof value === "string") : undefined;
  const paths = toPaths(call, kind, root);
  return {
    name: cutText(name, MAX_TITLE_CHARS) || "tool",
    kind,
    title: oneLine(titleOf(call, kind, argv, paths)) || "Tool",
    paths,
    ...(argv === null ? {} : { argv }),
    ...(typeof cwd === "string" && cwd !== "" ? { cwd: toShownPath(cwd, root) } : {}),
    input: call.rawInput ?? {},
  };
}

/** Converts a call's result for its card. */
export function toToolResult(call: ToolFields, kind: ToolKind, root: string): ToolResult {
  const content = call.content ?? [];
  const texts = content.flatMap((one) => (one.type === "content" ? [one.content.text ?? one.content.uri ?? `[${one.content.type}]`] : []));
  // Claude describes a command in the place of its output until it has run.
  if (kind === "command" && texts.length === 1 && texts[0] === toFields(call.rawInput)["description"]) texts.pop();
  const raw = toFields(call.rawOutput);
  const output = texts.length > 0 ? texts.map(withoutFence).join("\n") : textOf(call.rawOutput);
  const exit = raw["exit_code"] ?? raw["exitCode"];
  const patch = content
    .map((one) => (one.type === "diff" ? toHunk(toShownPath(one.path, root), one.oldText ?? null, one.newText) : ""))
    .join("");
  const isFailed = call.status === "failed" && kind !== "command";
  return {
    ...(output === "" || isFailed ? {} : { output }),
    ...(typeof exit === "number" && Number.isInteger(exit) ? { exitCode: exit } : {}),
    ...(patch === "" ? {} : { patch }),
    ...(isFailed ? { error: output || "It failed." } : {}),
  };
}

/** Makes a path relative to the worktree if it is inside it. */
function toShownPath(path: string, root: string): string {
  return toInnerPath(path, root) ?? path;
}

/** Lists the files of a permission request. Paths outside the worktree stay absolute. */
export function toAskedPaths(call: ToolFields, root: string): string[] {
  return [...new Set(namedPaths(call).map((path) => toShownPath(path, root)))].filter((path) => path !== "");
}

function toPaths(call: ToolFields, kind: ToolKind, root: string): string[] {
  const named = kind === "command" ? (call.locations ?? []).map(({ path }) => path) : namedPaths(call);
  return [...new Set(named.flatMap((path) => toInnerPath(path, root) ?? []))].filter((path) => path !== "");
}

function namedPaths(call: ToolFields): string[] {
  const input = toFields(call.rawInput);
  const fields = PATH_FIELDS.flatMap((field) => (typeof input[field] === "string" ? [input[field]] : []));
  const diffs = (call.content ?? []).flatMap((one) => (one.type === "diff" ? [one.path] : []));
  return [...(call.locations ?? []).map(({ path }) => path), ...fields, ...diffs];
}

/** Returns a command line as one argument, because the agent passes it to a shell it chooses. */
function toArgv(input: Fields): string[] | null {
  const { command, args } = input;
  if (Array.isArray(command)) return command.every((word) => typeof word === "string") ? withoutShell(command as string[]) : null;
  if (typeof command !== "string" || command === "") return null;
  return Array.isArray(args) && args.every((word) => typeof word === "string") ? [command, ...(args as string[])] : [command];
}

/** The command line that a shell is started for, as codex names it: `["/bin/bash", "-lc", line]`. */
function withoutShell(words: readonly string[]): string[] {
  const [shell = "", flag = "", line = ""] = words;
  return words.length === 3 && SHELL.test(shell) && /^-l?c$/.test(flag) && line !== "" ? [line] : [...words];
}

/** The text inside a Markdown fence that surrounds all of it: a card shows output as it is. */
function withoutFence(text: string): string {
  const from = text.indexOf("\n") + 1;
  const fence = FENCE.exec(text.slice(0, Math.max(0, from - 1)))?.[1];
  const whole = text.trimEnd();
  if (fence === undefined || !whole.endsWith(fence) || whole.length < from + fence.length) return text;
  const inner = whole.slice(from, -fence.length);
  return inner.includes(fence) ? text : inner.replace(/\n$/, "");
}

function titleOf(call: ToolFields, kind: ToolKind, argv: readonly string[] | null, paths: readonly string[]): string {
  if (kind === "command" && argv) return `Run ${argv.join(" ")}`;
  const [path] = paths;
  const verb = path === undefined ? undefined : VERBS[kind];
  if (verb !== undefined) return `${verb} ${path}${paths.length > 1 ? ` and ${paths.length - 1} more` : ""}`;
  return call.title || toWords(nameOf(call));
}

const VERBS: Readonly<Partial<Record<ToolKind, string>>> = { read: "Read", edit: "Edit", write: "Write", delete: "Delete", list: "List" };

function nameOf(call: ToolFields): string {
  const meta = call._meta;
  const name = call.name ?? meta?.toolName ?? meta?.goose?.toolCall?.toolName ?? meta?.claudeCode?.toolName;
  if (name != null) return name;
  // gemini names the tool only in the call's id: `write_file__write_file_1795976357920_0`.
  const [, inId] = /^(\w+?)__\1_/.exec(call.toolCallId) ?? [];
  if (inId !== undefined) return inId;
  // codex names none, and its titles are command lines.
  return call.kind === "execute" ? "shell" : ((call.title ?? "").split(/[\s:·(]/)[0] ?? "");
}

const toFields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const toWords = (name: string) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " ");
const oneLine = (text: string) => cutText(text.replace(/\s+/g, " ").trim(), MAX_TITLE_CHARS);

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const { stdout, stderr, output, text } = toFields(value);
  return [stdout ?? output ?? text, stderr].filter((one) => typeof one === "string" && one !== "").join("\n");
}
