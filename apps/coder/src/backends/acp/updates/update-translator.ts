import { cutText } from "@boocode/shared/text/cut-text";
import type { AgentEvent, PartKind, ToolResult, ToolStatus } from "@boocode/shared/agents/agent-event";
import type { Usage } from "@boocode/shared/agents/usage";
import type { SessionUpdate, TokenCounts, ToolFields } from "../wire/acp-wire.ts";
import { describeCall, toToolResult } from "./describe-call.ts";
import { OpenCalls, type Call, withParent } from "./open-calls.ts";
import type { SessionState } from "../session-state.ts";

export interface UpdateTranslatorOptions {
  /** The worktree. */
  root: string;
  agentSessionId: string;
  state: SessionState;
}

interface Part {
  id: string;
  kind: PartKind;
  /** The agent's message id, if it sends one. */
  messageId: string | null;
  length: number;
}

const MAX_NOTICE_CHARS = 2_000;
const PLAN_STATES: Readonly<Record<string, "pending" | "running" | "done">> = { in_progress: "running", completed: "done" };

/** Translates one turn's updates into events. */
export class UpdateTranslator {
  readonly #options: UpdateTranslatorOptions;
  readonly #calls = new OpenCalls();
  /** The session's cost when the turn began; null if it is unknown. */
  readonly #costBefore: number | null;
  #part: Part | null = null;
  #partCount = 0;
  #text = "";
  #tokens: Usage | null = null;

  constructor(options: UpdateTranslatorOptions) {
    this.#options = options;
    const { cost, isContinued } = options.state;
    this.#costBefore = cost ?? (isContinued ? null : 0);
  }

  /** The end of the turn's text, for agents that report a failure as text. */
  get lastText(): string {
    return this.#text;
  }

  /** The number of unfinished calls. */
  get openCalls(): number {
    return this.#calls.open.length;
  }

  /** The turn's usage so far. */
  get usage(): Usage | null {
    const { cost, contextUsed, contextSize } = this.#options.state;
    const spent = cost === null || this.#costBefore === null ? null : Math.max(0, cost - this.#costBefore);
    if (this.#tokens === null && spent === null && contextUsed === null) return null;
    const { inputTokens = null, outputTokens = null, cachedTokens = null } = this.#tokens ?? {};
    return { inputTokens, outputTokens, cachedTokens, cost: spent, contextUsed, contextSize };
  }

  /** Returns events for changes between turns. */
  begin(): AgentEvent[] {
    return this.#options.state.news(this.#options.agentSessionId);
  }

  translate(update: SessionUpdate): AgentEvent[] {
    switch (update.sessionUpdate) {
      case "agent_message_chunk":
      case "agent_thought_chunk":
        return this.#chunk(update);
      case "tool_call":
        return this.#call(update, true);
      case "tool_call_update":
        return this.#call(update, false);
      case "plan":
        return [
          {
            type: "plan.updated",
            entries: update.entries.map(({ content, status }) => ({ text: content, status: PLAN_STATES[status] ?? "pending" })),
          },
        ];
      case "user_message_chunk":
        return [];
      case "current_mode_update":
        return this.#mode(update.currentModeId);
      default:
        return this.#session(update);
    }
  }

  /** Starts the call of a permission request if needed and returns its id; null if the agent names no call. */
  announce(fields: ToolFields): { callId: string | null; call: ToolFields; events: AgentEvent[] } {
    if (fields.toolCallId === "") return { callId: null, call: fields, events: [] };
    const known = this.#calls.find(fields);
    const call = known && !known.isOver ? known : this.#open({ ...fields, content: null });
    // A question's text is about the question: it must not stand for the call's result.
    const content = fields.content?.filter(({ type }) => type === "diff") ?? [];
    merge(call.fields, { ...fields, content: content.length > 0 ? content : null });
    return { callId: call.id, call: call.fields, events: this.#tell(call) };
  }

  /** Applies the token counts of the prompt's answer, which are more complete than those of the updates. */
  count(tokens: TokenCounts): AgentEvent[] {
    this.#tokens = toUsage(tokens);
    return this.#usageEvents();
  }

  /** Marks running calls as stopped: a command running now did not complete, even if the agent reports so. */
  stop(): void {
    for (const call of this.#calls.open) call.isStopped = true;
  }

  /** Closes the calls that still run at the turn's end. */
  settle(): AgentEvent[] {
    return this.#calls.open.flatMap((call) => {
      call.isOver = true;
      return [
        ...this.#tell(call),
        {
          type: "tool.updated" as const,
          callId: call.id,
          status: "cancelled" as const,
          result: toToolResult(call.fields, call.kind, this.#options.root),
        },
      ];
    });
  }

  #chunk(update: Extract<SessionUpdate, { sessionUpdate: "agent_message_chunk" | "agent_thought_chunk" }>): AgentEvent[] {
    const { content, messageId = null, _meta: meta } = update;
    if (meta?.usage) this.#add(meta.usage);
    // What a sub-agent says is told as the result of the call it works for.
    if (meta?.parentToolCallId || meta?.claudeCode?.parentToolUseId) return meta.usage ? this.#usageEvents() : [];
    const text = content.text ?? content.uri ?? (content.type === "text" ? "" : `[${content.type}]`);
    if (text === "") return meta?.usage ? this.#usageEvents() : [];
    if (meta?.claudeCode?.kind === "informational") {
      return [{ type: "notice", level: meta.claudeCode.level === "warning" ? "warning" : "info", text: cutText(text, MAX_NOTICE_CHARS) }];
    }
    const kind = update.sessionUpdate === "agent_message_chunk" ? "text" : "thought";
    let part = this.#part;
    if (part === null || part.kind !== kind || part.messageId !== messageId) {
      this.#partCount += 1;
      part = { id: `part-${this.#partCount}`, kind, messageId, length: 0 };
      this.#part = part;
      this.#text = "";
    }
    const offset = part.length;
    part.length += text.length;
    if (kind === "text") this.#text = cutText(this.#text + text, 4_000);
    return [{ type: kind === "text" ? "text.delta" : "thought.delta", partId: part.id, offset, text }];
  }

  #call(fields: ToolFields, isFirst: boolean): AgentEvent[] {
    const known = this.#calls.find(fields);
    // After a call's end, a start with the same id is a new call; an update is too late.
    if (known?.isOver && !isFirst) return [];
    const call = known && !known.isOver ? known : this.#open(fields);
    merge(call.fields, fields);
    const { status } = call.fields;
    const isOver = status === "completed" || status === "failed";
    if (!isOver && isFirst && isBare(call.fields)) return [];
    const events = this.#tell(call);
    const hasNews = isOver || (fields.content !== null && fields.content.length > 0) || (!isFirst && events.length === 0);
    if (!hasNews) return events;
    call.isOver = isOver;
    const described = describeCall(call.fields, this.#options.root);
    const result = toToolResult(call.fields, call.kind, this.#options.root);
    events.push({
      type: "tool.updated",
      callId: call.id,
      status: toStatus(call, result),
      result,
      ...(described.paths.length === 0 ? {} : { paths: described.paths }),
    });
    return events;
  }

  #open(fields: ToolFields): Call {
    // Text after a tool begins a new part of the answer.
    this.#part = null;
    return this.#calls.add(fields);
  }

  #tell(call: Call): AgentEvent[] {
    const parentId = this.#calls.parentOf(call)?.id ?? null;
    // An agent may name the parent only after a question about the call: it is told again then.
    if (call.isTold && (parentId === null || parentId === call.toldParentId)) return [];
    call.isTold = true;
    call.toldParentId = parentId;
    const described = describeCall(call.fields, this.#options.root);
    call.kind = described.kind;
    return [{ type: "tool.started", callId: call.id, ...described, ...(parentId === null ? {} : { parentCallId: parentId }) }];
  }

  #mode(mode: string): AgentEvent[] {
    const { state } = this.#options;
    const isNew = state.mode !== null && state.mode !== mode;
    state.mode = mode;
    const label = state.modes.find(({ id }) => id === mode)?.label ?? mode;
    return isNew ? [{ type: "notice", level: "info", text: `The agent switched to its mode “${cutText(label, 200)}”.` }] : [];
  }

  #session(update: SessionUpdate): AgentEvent[] {
    this.#options.state.take(update);
    const news = this.#options.state.news(this.#options.agentSessionId);
    return update.sessionUpdate === "usage_update" ? [...news, ...this.#usageEvents()] : news;
  }

  #add(tokens: TokenCounts): void {
    const next = toUsage(tokens);
    const before = this.#tokens;
    const sum = (field: "inputTokens" | "outputTokens" | "cachedTokens") =>
      next[field] === null ? (before?.[field] ?? null) : (before?.[field] ?? 0) + next[field];
    this.#tokens = { ...next, inputTokens: sum("inputTokens"), outputTokens: sum("outputTokens"), cachedTokens: sum("cachedTokens") };
  }

  #usageEvents(): AgentEvent[] {
    const { usage } = this;
    return usage ? [{ type: "usage.updated", usage }] : [];
  }
}

function toStatus({ fields: { status }, kind, isStopped }: Call, { exitCode }: ToolResult): ToolStatus {
  if (status === "failed") return "failed";
  if (status !== "completed") return "running";
  // Some agents report "completed" for a command that they just killed.
  return isStopped && kind === "command" && exitCode === undefined ? "cancelled" : "completed";
}

/** True if only the name is known: an agent announces a call while the model still writes its arguments. */
function isBare({ status, rawInput, locations, content }: ToolFields): boolean {
  const hasInput = typeof rawInput === "object" && rawInput !== null && Object.keys(rawInput).length > 0;
  return status === "pending" && !hasInput && !locations?.length && !content?.length;
}

/** Merges an update into a call; missing fields keep their values. */
function merge(known: ToolFields, next: ToolFields): void {
  known.title = next.title ?? known.title;
  known.name = next.name ?? known.name;
  known.kind = next.kind ?? known.kind;
  known.status = next.status ?? known.status;
  known.content = next.content ?? known.content;
  known.locations = next.locations ?? known.locations;
  known.rawInput = next.rawInput ?? known.rawInput;
  known.rawOutput = next.rawOutput ?? known.rawOutput;
  // Not every update says for whom the call works.
  known._meta = next._meta ? withParent(next._meta, known._meta) : known._meta;
}

function toUsage({ inputTokens, outputTokens, cachedReadTokens }: TokenCounts): Usage {
  const counts = { inputTokens: inputTokens ?? null, outputTokens: outputTokens ?? null, cachedTokens: cachedReadTokens ?? null };
  return { ...counts, cost: null, contextUsed: null, contextSize: null };
}
