import { isDeepStrictEqual } from "node:util";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { Usage } from "@boocode/shared/agents/usage";
import type { AskingCall } from "./describe-permission.ts";
import { describeTool, toToolResult, toToolStatus } from "./describe-tool.ts";
import type { EventFamily, OpencodeEvent, OpencodeMessage, OpencodePart, Todo } from "../wire/opencode-event.ts";
import { PermissionAsks } from "./permission-asks.ts";
import { Summaries } from "./summaries.ts";
import { TextPart } from "./text-part.ts";
import { UsageSum } from "./usage-sum.ts";

type ToolPart = Extract<OpencodePart, { kind: "tool" }>;

export interface TranslatorInput {
  sessionId: string;
  /** The id of the prompt's message. Messages that sort after it are translated. */
  promptId: string;
  /** The worktree. */
  root: string;
  /** The context size of a model, if known. */
  contextSizeOf(model: string): number | null;
  /** The last reported title of the session. */
  title: string | null;
}

interface ToolState {
  /** Its last reported arguments. */
  input: Readonly<Record<string, unknown>>;
  isOver: boolean;
  isStarted: boolean;
  /** The turn ended before opencode reported the end of the call. */
  isCutOff: boolean;
  shownOutputLength: number;
}

const NOT_BEGUN = { isOver: false, isStarted: false, isCutOff: false, shownOutputLength: 0 };

/** opencode's placeholder title. */
const NO_TITLE = /^(?:New session|Child session) - /;

/**
 * Translates opencode's events of one turn into agent events. It uses no time or network and is idempotent: events listed again after a gap
 * change only what was missed.
 */
export class TurnTranslator {
  readonly asks: PermissionAsks;
  readonly #input: TranslatorInput;
  #promptId: string;
  #roles = new Map<string, OpencodeMessage["role"]>();
  #families = new Map<string, EventFamily>();
  #texts = new Map<string, TextPart>();
  #tools = new Map<string, ToolState>();
  /** `<message> <call>` → the part's id, which is unique where a model's call ids are not. */
  #calls = new Map<string, string>();
  /** Child session → the call it works for, or null while unknown. */
  #children = new Map<string, string | null>();
  #usage = new UsageSum();
  #plan: readonly Todo[] = [];
  #newestTask: string | null = null;
  #title: string | null;
  #model: string | null = null;
  #summaries = new Summaries();

  constructor(input: TranslatorInput) {
    this.#input = input;
    this.#promptId = input.promptId;
    this.#title = input.title;
    this.asks = new PermissionAsks(input.root);
  }

  /** The `<provider>/<model>` that answered, or null before the first answer. */
  get model(): string | null {
    return this.#model;
  }

  get title(): string | null {
    return this.#title;
  }

  /** Messages up to this id are not translated. */
  get promptId(): string {
    return this.#promptId;
  }

  get usage(): Usage | null {
    return this.#usage.total(this.#model === null ? null : this.#input.contextSizeOf(this.#model));
  }

  get isToolRunning(): boolean {
    return [...this.#tools.values()].some(({ isStarted, isOver }) => isStarted && !isOver);
  }

  /** True for this chat's session and its child sessions. */
  isOurs(sessionId: string): boolean {
    return sessionId === this.#input.sessionId || this.#children.has(sessionId);
  }

  translate(event: OpencodeEvent): AgentEvent[] {
    switch (event.type) {
      case "message":
        return this.#onMessage(event.message);
      case "delta":
        if (event.sessionId !== this.#input.sessionId || !this.#isShown(event.messageId, event.family)) return [];
        return this.#summaries.has(event.messageId) ? [] : this.#textOf(event.partId).push(event.text);
      case "part":
        return this.isOurs(event.part.sessionId) && this.#isShown(event.part.messageId, event.family) ? this.#onPart(event.part) : [];
      case "session":
        return this.#onSession(event.session.id, event.session.parentID, event.session.title);
      case "todos":
        return event.sessionId === this.#input.sessionId ? this.#onPlan(event.entries) : [];
      case "retry":
        if (event.sessionId !== this.#input.sessionId) return [];
        return [
          {
            type: "notice",
            level: "warning",
            text: `The model did not answer (${event.reason}). opencode tries again: attempt ${event.attempt}.`,
          },
        ];
      case "compacted":
        if (event.sessionId !== this.#input.sessionId) return [];
        return this.#summaries.noteCompacted(event.text);
      case "permission":
        return this.isOurs(event.request.sessionID) ? this.asks.askPermission(event.request, this.#callOf(event.request.tool)) : [];
      case "question":
        return this.isOurs(event.request.sessionID) ? this.asks.askQuestion(event.request, this.#callOf(event.request.tool)) : [];
      case "answered":
        return this.asks.settle(event.requestId, event.reply);
      default:
        return [];
    }
  }

  /** Handles a possible gap: parts that are streaming wait for their whole text. */
  breakOff(): void {
    for (const part of this.#texts.values()) part.breakOff();
  }

  /**
   * Continues where a turn ended, which may be this translator's own: what that turn reported is not reported again. The rest of its texts
   * and tool calls is reported from the beginning, because it will belong to another turn.
   */
  continueAfter(turn: TurnTranslator): void {
    this.#promptId = turn.#promptId;
    this.#roles = new Map(turn.#roles);
    this.#families = new Map(turn.#families);
    this.#calls = new Map(turn.#calls);
    this.#children = new Map(turn.#children);
    this.#texts = new Map([...turn.#texts].map(([id, part]) => [id, part.rest()]));
    this.#tools = new Map([...turn.#tools].map(([id, tool]) => [id, { ...tool, ...(tool.isCutOff && NOT_BEGUN) }]));
    this.asks.continueAfter(turn.asks);
    this.#usage = turn.#usage.rest();
    this.#summaries = turn.#summaries;
    this.#plan = turn.#plan;
    this.#newestTask = turn.#newestTask;
    this.#title = turn.#title;
    this.#model = turn.#model;
  }

  /** Closes what is still open at the turn's end: held-back text, unfinished tools and unanswered questions. */
  settle(): AgentEvent[] {
    const open = [...this.#tools].filter(([, { isStarted, isOver }]) => isStarted && !isOver);
    for (const [, tool] of open) Object.assign(tool, { isOver: true, isCutOff: true });
    return [
      ...[...this.#texts.values()].flatMap((part) => part.end()),
      ...open.map(([callId]) => ({ type: "tool.updated" as const, callId, status: "cancelled" as const, result: {} })),
      ...this.asks.keepOnly(new Set()),
    ];
  }

  #onMessage(message: OpencodeMessage): AgentEvent[] {
    this.#roles.set(message.id, message.role);
    if (message.role !== "assistant" || !this.isOurs(message.sessionId) || message.id <= this.#promptId) return [];
    const isOwn = message.sessionId === this.#input.sessionId;
    if (isOwn && message.model !== null) this.#model = message.model;
    if (message.isSummary && isOwn) return this.#summaries.noteMessage(message);
    const isNext = this.#families.get(message.id) !== "parts";
    return message.used && isNext && this.#usage.add(message.id, message.used, isOwn ? "own" : "child") ? this.#tellUsage() : [];
  }

  /** True for an answer of this turn, in the event family that reported it first. */
  #isShown(messageId: string, family: EventFamily): boolean {
    if (messageId <= this.#promptId || this.#roles.get(messageId) === "user") return false;
    const first = this.#families.get(messageId) ?? family;
    this.#families.set(messageId, first);
    return first === family;
  }

  #onPart(part: OpencodePart): AgentEvent[] {
    const isOwn = part.sessionId === this.#input.sessionId;
    if (part.kind === "tool") return this.#onTool(part, isOwn);
    const isSummary = this.#summaries.has(part.messageId);
    if (part.kind === "step")
      return this.#usage.add(part.id, part, isSummary ? "summary" : isOwn ? "own" : "child") ? this.#tellUsage() : [];
    if (isSummary) return this.#summaries.notePart(part);
    // A child's text is reported as the result of the call it works for.
    return isOwn ? this.#textOf(part.id).set(part.kind, part.text, part.isOver) : [];
  }

  #onTool(part: ToolPart, isOwn: boolean): AgentEvent[] {
    const { id, state, tool } = part;
    const { root } = this.#input;
    const known = this.#tools.get(id) ?? { input: {}, ...NOT_BEGUN };
    known.input = state.input;
    this.#tools.set(id, known);
    this.#calls.set(`${part.messageId} ${part.callId}`, id);
    const child = state.metadata?.["sessionId"];
    if (tool === "task" && typeof child === "string") this.#children.set(child, id);
    if (known.isOver || state.status === "pending") return [];
    const events: AgentEvent[] = [];
    if (!known.isStarted) {
      known.isStarted = true;
      if (tool === "task" && isOwn) this.#newestTask = id;
      const parentCallId = isOwn ? null : (this.#children.get(part.sessionId) ?? this.#newestTask);
      events.push({
        type: "tool.started",
        callId: id,
        ...describeTool(tool, state.input, root),
        ...(parentCallId ? { parentCallId } : {}),
      });
    }
    const result = toToolResult(tool, state, root);
    if (state.status === "running") {
      const length = result.output?.length ?? 0;
      // Each update holds the whole output. Report it only after it has grown by an eighth, so that all reports together stay within a few
      // times its size.
      if (length === 0 || length < known.shownOutputLength * 1.125) return events;
      known.shownOutputLength = length;
      return [...events, { type: "tool.updated", callId: id, status: "running", result }];
    }
    known.isOver = true;
    return [...events, { type: "tool.updated", callId: id, status: toToolStatus(state), result }];
  }

  #onSession(id: string, parentId: string | undefined, title: string | undefined): AgentEvent[] {
    if (parentId !== undefined && this.isOurs(parentId) && !this.#children.has(id))
      this.#children.set(id, this.#children.get(parentId) ?? null);
    if (id !== this.#input.sessionId || title === undefined || title === this.#title || NO_TITLE.test(title)) return [];
    this.#title = title;
    return [{ type: "session.updated", agentSessionId: id, title }];
  }

  #onPlan(entries: readonly Todo[]): AgentEvent[] {
    if (isDeepStrictEqual(entries, this.#plan)) return [];
    this.#plan = entries;
    return [{ type: "plan.updated", entries: [...entries] }];
  }

  #callOf(tool: { messageID: string; callID: string } | undefined): AskingCall | null {
    const id = tool && this.#calls.get(`${tool.messageID} ${tool.callID}`);
    return id === undefined ? null : { id, input: this.#tools.get(id)?.input ?? {} };
  }

  #textOf(partId: string): TextPart {
    const part = this.#texts.get(partId) ?? new TextPart(partId);
    this.#texts.set(partId, part);
    return part;
  }

  #tellUsage(): AgentEvent[] {
    const { usage } = this;
    return usage ? [{ type: "usage.updated", usage }] : [];
  }
}
