import { cutText } from "@boocode/shared/text/cut-text";
import { toInnerPath } from "../../../platform/files/inner-path.ts";
import type { AgentEvent, ToolKind, ToolResult } from "@boocode/shared/agents/agent-event";
import type { WireToolState } from "../wire/opencode-wire.ts";

type Started = Extract<AgentEvent, { type: "tool.started" }>;
type Fields = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<string, ToolKind>> = {
  read: "read",
  list: "list",
  glob: "search",
  grep: "search",
  codesearch: "search",
  edit: "edit",
  multiedit: "edit",
  patch: "edit",
  apply_patch: "edit",
  write: "write",
  bash: "command",
  webfetch: "fetch",
  websearch: "fetch",
};
const VERBS: Readonly<Record<string, string>> = { read: "Read", list: "List", edit: "Edit", write: "Write", fetch: "Fetch" };
const MAX_TITLE_CHARS = 200;
const MAX_PATCH_LINES = 2_000;
/** The tag at the end of the output of a stopped command. Earlier versions called it `bash_metadata`. */
const STOPPED = /\s*<(?:shell|bash)_metadata>\s*User aborted the command\s*<\/(?:shell|bash)_metadata>\s*$/;
/** The error of a tool that was aborted. */
const STOPPED_ERROR = "Tool execution aborted";
const PATCHED_FILE = /^\*\*\* (?:Add File|Update File|Delete File|Move to): (.+)$/gm;

/** Describes a tool call for its card from its name and arguments. `root` is the worktree. */
export function describeTool(tool: string, input: Fields, root: string): Omit<Started, "type" | "callId" | "parentCallId"> {
  const kind = KINDS[tool] ?? "other";
  const paths = toNamedPaths(tool, input, root);
  const command = kind === "command" ? textOf(input["command"]) : null;
  const cwd = kind === "command" ? textOf(input["workdir"]) : null;
  return {
    name: cutText(tool, 200) || "tool",
    kind,
    title: oneLine(titleOf(tool, kind, input, paths)),
    paths,
    // Show the whole line as one argument: opencode passes it to a shell it chooses.
    ...(command === null ? {} : { argv: [command] }),
    ...(cwd === null ? {} : { cwd: toShownPath(cwd, root) || "." }),
    input,
  };
}

/** Converts a tool's final state. opencode reports a command stopped with its turn as `completed`; only its output shows that it was stopped. */
export function toToolStatus({ status, output, error, metadata = {} }: WireToolState): "completed" | "failed" | "cancelled" {
  const isStopped = status === "completed" ? STOPPED.test(output ?? "") : metadata["interrupted"] === true || error === STOPPED_ERROR;
  if (isStopped) return "cancelled";
  return status === "completed" ? "completed" : "failed";
}

/** Converts a tool's output for its card. */
export function toToolResult(tool: string, state: WireToolState, root: string): ToolResult {
  const { metadata = {}, output, error } = state;
  const running = textOf(metadata["output"]);
  const said = output?.replace(STOPPED, "") ?? (KINDS[tool] === "command" || state.status === "running" ? running : null);
  const exit = metadata["exit"];
  const patch = state.status === "completed" ? toPatch(tool, state, root) : null;
  return {
    ...(said === null || said === undefined ? {} : { output: said }),
    ...(typeof exit === "number" && Number.isInteger(exit) ? { exitCode: exit } : {}),
    ...(patch === null ? {} : { patch }),
    ...(error === undefined ? {} : { error }),
  };
}

/** Makes a path relative to the worktree if it is inside it. */
export function toShownPath(path: string, root: string): string {
  return toInnerPath(path, root) ?? path;
}

/** Lists the files inside the worktree that a call names, relative to it. */
function toNamedPaths(tool: string, input: Fields, root: string): string[] {
  const patched =
    tool === "apply_patch" || tool === "patch"
      ? [...(textOf(input["patchText"]) ?? "").matchAll(PATCHED_FILE)].map((found) => found[1] ?? "")
      : [];
  const named = tool === "bash" || tool === "task" ? [] : [textOf(input["filePath"]), textOf(input["path"])];
  const inner = [...named, ...patched].flatMap((path) => (path ? (toInnerPath(path.trim(), root) ?? []) : []));
  return [...new Set(inner)].filter((path) => path !== "");
}

function titleOf(tool: string, kind: ToolKind, input: Fields, paths: readonly string[]): string {
  const path = textOf(input["filePath"]) ?? textOf(input["path"]);
  switch (kind) {
    case "command":
      return `Run ${textOf(input["command"]) ?? "a command"}`;
    case "search":
      return `Search for ${textOf(input["pattern"]) ?? textOf(input["query"]) ?? "something"}`;
    case "fetch":
      return `Fetch ${textOf(input["url"]) ?? textOf(input["query"]) ?? "a page"}`;
    case "other":
      return tool === "task" ? `Delegate: ${textOf(input["description"]) ?? "a task"}` : toWords(tool);
    default:
      return `${VERBS[kind] ?? toWords(tool)} ${paths[0] ?? path ?? "files"}${paths.length > 1 ? ` and ${paths.length - 1} more` : ""}`;
  }
}

/** Converts opencode's patch to git's form: opencode's use absolute paths and begin with an extra line. */
function toPatch(tool: string, { metadata = {}, input }: WireToolState, root: string): string | null {
  const diff = textOf(metadata["diff"]);
  if (diff !== null && diff !== "") {
    return diff
      .replace(/^Index: .*\n=+\n/gm, "")
      .replace(
        /^(---|\+\+\+) (\/.*?)(\t.*)?$/gm,
        (_, side: string, path: string) =>
          `${side} ${path === "/dev/null" ? path : `${side === "---" ? "a" : "b"}/${toShownPath(path, root)}`}`,
      );
  }
  const content = textOf(input["content"]);
  const path = textOf(input["filePath"]);
  if (tool !== "write" || metadata["exists"] !== false || content === null || path === null || content === "") return null;
  const lines = content.replace(/\n$/, "").split("\n");
  if (lines.length > MAX_PATCH_LINES) return null;
  const unended = content.endsWith("\n") ? "" : "\\ No newline at end of file\n";
  return `--- /dev/null\n+++ b/${toShownPath(path, root)}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join("")}${unended}`;
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const toWords = (tool: string) => (tool.charAt(0).toUpperCase() + tool.slice(1)).replaceAll("_", " ") || "Tool";
const oneLine = (text: string) => cutText(text.replace(/\s+/g, " ").trim(), MAX_TITLE_CHARS);
