import { basename } from "node:path";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { PermissionId } from "@boocode/shared/ids";
import { describeTool, toShownPath } from "./describe-tool.ts";
import type { WirePermission, WireQuestion } from "./opencode-wire.ts";

type Requested = Extract<AgentEvent, { type: "permission.requested" }>;

/** What opencode is to be told. */
export type AskReply =
  | { kind: "permission"; requestId: string; reply: "once" | "always" | "reject" }
  | { kind: "question"; requestId: string; answers: string[][] }
  | { kind: "rejection"; requestId: string };

interface OpenAsk {
  request: { kind: "permission" } | { kind: "question"; questions: WireQuestion["questions"]; answers: string[][] };
  requestId: string;
  callId: string | null;
}

const REJECT = "reject";
const TOOL_OF: Readonly<Record<string, string>> = {
  bash: "bash",
  edit: "edit",
  write: "write",
  read: "read",
  webfetch: "webfetch",
  websearch: "websearch",
};

/** What opencode has asked in this turn and nobody has answered. One of its requests may hold several questions: they are put one by one. */
export class PermissionAsks {
  readonly #open = new Map<string, OpenAsk>();
  readonly #seen = new Set<string>();
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  get isAnyOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Answers nothing for a request that is known. */
  askPermission(wire: WirePermission, callId: string | null): AgentEvent[] {
    if (this.#isKnown(wire.id)) return [];
    const event = toPermission(wire, callId, this.#root);
    this.#open.set(event.permissionId, { request: { kind: "permission" }, requestId: wire.id, callId });
    return [event];
  }

  /** Answers nothing for a request that is known, and for one without a question. */
  askQuestion(wire: WireQuestion, callId: string | null): AgentEvent[] {
    if (this.#isKnown(wire.id)) return [];
    return this.#putQuestion({ request: { kind: "question", questions: wire.questions, answers: [] }, requestId: wire.id, callId });
  }

  /**
   * Takes an answer. `reply` is what opencode is to be told now; null where it is not, or not yet. `undo` is for where it could not
   * be told: the question is open again.
   */
  answer(permissionId: string, optionId: string | null): { reply: AskReply | null; events: AgentEvent[]; undo(): void } {
    const ask = this.#open.get(permissionId);
    if (!ask) return { reply: null, events: [], undo() {} };
    this.#open.delete(permissionId);
    const undo = () => void this.#open.set(permissionId, ask);
    const { request, requestId } = ask;
    if (request.kind === "permission") {
      const reply = optionId === "once" || optionId === "always" ? optionId : "reject";
      return { reply: { kind: "permission", requestId, reply }, events: [], undo };
    }
    const question = request.questions[request.answers.length];
    const chosen = question?.options.find((_, place) => String(place) === optionId);
    if (!chosen) return { reply: { kind: "rejection", requestId }, events: [], undo };
    const answers = [...request.answers, [chosen.label]];
    const events = this.#putQuestion({ ...ask, request: { ...request, answers } });
    return { reply: events.length > 0 ? null : { kind: "question", requestId, answers }, events, undo };
  }

  /** It was answered by someone else, or is not asked any more. */
  settle(requestId: string, reply: string | null): AgentEvent[] {
    const events: AgentEvent[] = [];
    for (const [permissionId, ask] of this.#open) {
      if (ask.requestId !== requestId) continue;
      this.#open.delete(permissionId);
      const optionId = ask.request.kind === "permission" ? reply : null;
      events.push({
        type: "permission.resolved",
        permissionId: PermissionId.parse(permissionId),
        optionId,
        by: optionId === null ? "cancelled" : "rule",
      });
    }
    return events;
  }

  /** Those of `requestIds` remain; the others are not asked any more. */
  keepOnly(requestIds: ReadonlySet<string>): AgentEvent[] {
    const gone = [...this.#open.values()].filter(({ requestId }) => !requestIds.has(requestId));
    return gone.flatMap(({ requestId }) => this.settle(requestId, null));
  }

  #isKnown(requestId: string): boolean {
    const isKnown = this.#seen.has(requestId);
    this.#seen.add(requestId);
    return isKnown;
  }

  #putQuestion(ask: OpenAsk & { request: { kind: "question" } }): AgentEvent[] {
    const place = ask.request.answers.length;
    const question = ask.request.questions[place];
    if (!question) return [];
    const permissionId = PermissionId.parse(`${ask.requestId}:${place}`);
    this.#open.set(permissionId, ask);
    const options = question.options.map(({ label }, option) => ({ id: String(option), label, kind: "allow_once" as const }));
    return [
      {
        type: "permission.requested",
        permissionId,
        callId: ask.callId,
        title: question.question,
        options: [...options, { id: REJECT, label: "Do not answer", kind: "reject_once" }],
      },
    ];
  }
}

function toPermission(wire: WirePermission, callId: string | null, root: string): Requested {
  const { permission, patterns, metadata, always } = wire;
  const path = [metadata["filepath"], metadata["filePath"]].find((value) => typeof value === "string") as string | undefined;
  const command = typeof metadata["command"] === "string" ? metadata["command"] : permission === "bash" ? patterns.join(" && ") : undefined;
  const tool = describeTool(
    TOOL_OF[permission] ?? permission,
    { ...metadata, ...(path ? { filePath: path } : {}), ...(command ? { command } : {}) },
    root,
  );
  const isAlwaysShort = always.length > 0 && always.length <= 3;
  return {
    type: "permission.requested",
    permissionId: PermissionId.parse(wire.id),
    callId,
    title: titleOf(permission, patterns, path, tool.title, root),
    ...(permission in TOOL_OF ? { toolKind: tool.kind } : {}),
    ...(path ? { paths: [toShownPath(path, root)] } : {}),
    ...(tool.argv ? { argv: tool.argv } : {}),
    options: [
      { id: "once", label: "Allow once", kind: "allow_once" },
      { id: "always", label: isAlwaysShort ? `Always allow ${always.join(", ")}` : "Always allow", kind: "allow_always" },
      { id: REJECT, label: "Reject", kind: "reject_once" },
    ],
  };
}

function titleOf(permission: string, patterns: readonly string[], path: string | undefined, toolTitle: string, root: string): string {
  if (permission === "external_directory")
    return `Use ${path ? basename(path) : "files"} outside the worktree: ${path ?? patterns.join(", ")}`;
  if (permission === "doom_loop") return "Go on with the same call again and again";
  if (permission in TOOL_OF) return toolTitle;
  return [toolTitle, patterns.map((pattern) => toShownPath(pattern, root)).join(", ")].filter((text) => text !== "").join(": ");
}
