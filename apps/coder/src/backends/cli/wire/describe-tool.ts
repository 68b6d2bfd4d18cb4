import type { AgentEvent, ToolKind } from "@boocode/shared/agents/agent-event";
import { cutText } from "@boocode/shared/text/cut-text";
import { toInnerPath } from "../../../platform/files/inner-path.ts";
import type { CallStart } from "./cli-sign.ts";

type Started = Extract<AgentEvent, { type: "tool.started" }>;

const PATH_FIELDS = ["file_path", "path", "notebook_path"];
const VERBS: Readonly<Partial<Record<ToolKind, string>>> = { read: "Read", edit: "Edit", write: "Write", list: "List", delete: "Delete" };
const MAX_TITLE_CHARS = 200;

/** Describes a call for its card. `root` is the worktree. */
export function describeTool({ name, toolKind: kind, input, paths = [] }: CallStart, root: string): Omit<Started, "type" | "callId"> {
  const fields = typeof input === "object" && input !== null && !Array.isArray(input) ? (input as Readonly<Record<string, unknown>>) : {};
  const named = PATH_FIELDS.flatMap((field) => (typeof fields[field] === "string" ? [fields[field]] : []));
  const shown = kind === "command" ? [] : [...new Set([...paths, ...named].flatMap((path) => toInnerPath(path, root) || []))];
  const { command, query, pattern, url } = fields;
  // A command line is one word: the agent passes it to a shell that it chooses.
  const argv = kind === "command" && typeof command === "string" && command !== "" ? [command] : null;
  const [subject] = [url, query, pattern].filter((word) => typeof word === "string");
  const title = argv
    ? `Run ${argv[0]}`
    : shown.length > 0 && VERBS[kind] !== undefined
      ? `${VERBS[kind]} ${shown[0]}${shown.length > 1 ? ` and ${shown.length - 1} more` : ""}`
      : [toWords(name), subject].filter(Boolean).join(" ");
  return {
    name: cutText(name, MAX_TITLE_CHARS) || "tool",
    kind,
    title: cutText(title.replace(/\s+/g, " ").trim(), MAX_TITLE_CHARS) || "Tool",
    paths: shown,
    ...(argv === null ? {} : { argv }),
    input: input ?? {},
  };
}

const toWords = (name: string) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " ");
