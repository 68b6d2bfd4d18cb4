import { basename } from "node:path";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { PermissionId } from "@boocode/shared/ids";
import { describeTool, toShownPath } from "./describe-tool.ts";
import type { PermissionRequest } from "../wire/opencode-event.ts";

type Requested = Extract<AgentEvent, { type: "permission.requested" }>;

/** The tool call that needs permission: its id, and its arguments as the model gave them. */
export interface AskingCall {
  id: string;
  input: Readonly<Record<string, unknown>>;
}

/** The id of the reject option. */
export const REJECT = "reject";
const TOOL_OF: Readonly<Record<string, string>> = {
  bash: "bash",
  edit: "edit",
  write: "write",
  read: "read",
  webfetch: "webfetch",
  websearch: "websearch",
};

/** Describes a permission request of opencode: exactly what would run, on which files, and the effect of each answer. */
export function describePermission(request: PermissionRequest, call: AskingCall | null, root: string): Requested {
  const { id, permission, patterns } = request;
  const asked = toSubject(request, call, root);
  const title = titleOf(permission, patterns, asked, root);
  const { toolKind, paths, argv, cwd } = asked;
  return {
    type: "permission.requested",
    permissionId: PermissionId.parse(id),
    callId: call?.id ?? null,
    title,
    ...(toolKind ? { toolKind } : {}),
    ...(paths.length > 0 ? { paths } : {}),
    ...(argv ? { argv } : {}),
    ...(cwd === null ? {} : { cwd }),
    options: [
      { id: "once", label: "Allow once", kind: "allow_once" },
      // The permission desk labels this option with the rule it would create, and omits it if it can create none.
      { id: "always", label: "Always allow", kind: "allow_always" },
      { id: REJECT, label: "Reject", kind: "reject_once" },
    ],
  };
}

interface Subject {
  toolKind: Requested["toolKind"];
  paths: string[];
  argv: string[] | null;
  cwd: string | null;
  toolTitle: string;
}

function toSubject({ permission, patterns, metadata }: PermissionRequest, call: AskingCall | null, root: string): Subject {
  const isOutside = permission === "external_directory";
  const command = textOf(metadata["command"]) ?? (permission === "bash" ? patterns.join(" && ") : null);
  const path = textOf(metadata["filepath"]) ?? textOf(metadata["filePath"]);
  const folders = isOutside && path === null ? textsOf(metadata["directories"]) : [];
  const tool = describeTool(
    command === null ? (TOOL_OF[permission] ?? permission) : "bash",
    { ...metadata, ...(path ? { filePath: path } : {}), ...(command ? { command, workdir: call?.input["workdir"] ?? "." } : {}) },
    root,
  );
  return {
    toolKind: permission in TOOL_OF || command !== null ? tool.kind : undefined,
    paths: [...(path ? [path] : []), ...folders].map((named) => toShownPath(named, root)),
    argv: tool.argv ?? null,
    cwd: tool.cwd ?? null,
    toolTitle: tool.title,
  };
}

function titleOf(permission: string, patterns: readonly string[], { paths, toolTitle }: Subject, root: string): string {
  if (permission === "external_directory") {
    const [only] = paths;
    return `Use ${paths.length === 1 && only ? basename(only) : "files"} outside the worktree: ${paths.length > 0 ? paths.join(", ") : patterns.join(", ")}`;
  }
  if (permission === "doom_loop") return "Go on with the same call again and again";
  if (permission in TOOL_OF) return toolTitle;
  return [toolTitle, patterns.map((pattern) => toShownPath(pattern, root)).join(", ")].filter((text) => text !== "").join(": ");
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);
