import type { AgentEvent, PartKind, ToolKind } from "@boocode/shared/agents/agent-event";
import type { Usage } from "@boocode/shared/agents/usage";
import { cutText } from "@boocode/shared/text/cut-text";
import type { CallResult, CallStart, CliSign, SaidEnd } from "./wire/cli-sign.ts";
import { describeTool } from "./wire/describe-tool.ts";

export interface TurnFoldOptions {
  /** The worktree. */
  root: string;
  /** The session that the agent was asked to continue. */
  resumed: string | null;
  /** The session's tokens before this turn, for an agent that counts over a session; null if not known. */
  before: Partial<Usage> | null;
}

interface Call {
  /** BooCode's id, because agents reuse an id for later calls. */
  id: string;
  kind: ToolKind;
  patch: string | undefined;
  isOver: boolean;
}

const NO_USAGE: Usage = { inputTokens: null, outputTokens: null, cachedTokens: null, cost: null, contextUsed: null, contextSize: null };
const COUNTS = ["inputTokens", "outputTokens", "cachedTokens", "cost"] as const;
const MAX_NOTICE_CHARS = 2_000;

/** Folds what an agent says in one turn into events. */
export class TurnFold {
  readonly #options: TurnFoldOptions;
  readonly #calls = new Map<string, Call>();
  readonly #unknown = new Set<string>();
  #callCount = 0;
  #part: { id: string; kind: PartKind; length: number } | null = null;
  #partCount = 0;
  /** What deltas have said of the parts that were not yet said as a whole. */
  readonly #pending: Record<PartKind, string> = { text: "", thought: "" };
  #usage: Usage | null = null;
  #sessionUsage: Partial<Usage> | null = null;
  #sessionId: string | null = null;
  #model = "";
  #end: SaidEnd | null = null;
  #hasActed = false;
  #lastNotice = "";

  constructor(options: TurnFoldOptions) {
    this.#options = options;
  }

  /** The session that the agent named; null if it named none. */
  get sessionId(): string | null {
    return this.#sessionId;
  }

  /** The model that the agent named; empty if it named none. */
  get model(): string {
    return this.#model;
  }

  /** How the agent says that the turn ended; null if it has not said so. */
  get saidEnd(): SaidEnd | null {
    return this.#end;
  }

  /** Whether the agent has said or done anything. */
  get hasActed(): boolean {
    return this.#hasActed;
  }

  get usage(): Usage | null {
    return this.#usage;
  }

  /** The session's counts so far, for an agent that counts over a session. */
  get sessionUsage(): Partial<Usage> | null {
    return this.#sessionUsage;
  }

  /** The kinds of messages that are not known. */
  get unknown(): ReadonlySet<string> {
    return this.#unknown;
  }

  take(sign: CliSign): AgentEvent[] {
    switch (sign.kind) {
      case "session":
        return this.#session(sign.sessionId);
      case "model":
        this.#model = sign.model;
        return [];
      case "delta":
        this.#pending[sign.part] += sign.text;
        return this.#say(sign.part, sign.text);
      case "whole":
        return this.#whole(sign.part, sign.text);
      case "call":
        return this.#call(sign);
      case "result":
        return this.#result(sign);
      case "plan":
        return [{ type: "plan.updated", entries: [...sign.entries] }];
      case "commands":
        return [{ type: "commands.updated", commands: [...sign.commands] }];
      case "usage":
        return this.#count(sign.of, sign.usage);
      case "notice":
        if (sign.text === this.#lastNotice) return [];
        this.#lastNotice = sign.text;
        return [{ type: "notice", level: sign.level, text: cutText(sign.text, MAX_NOTICE_CHARS) }];
      case "end":
        this.#end = sign.end;
        return [];
      case "goes_on":
        this.#end = null;
        return [];
      case "unknown":
        this.#unknown.add(sign.name);
        return [];
    }
  }

  /** Takes more of a program's plain text. */
  say(text: string): AgentEvent[] {
    return this.#say("text", text);
  }

  /** Closes the calls that still run at the turn's end. */
  settle(): AgentEvent[] {
    return [...this.#calls.values()]
      .filter(({ isOver }) => !isOver)
      .map((call) => {
        call.isOver = true;
        return { type: "tool.updated", callId: call.id, status: "cancelled", result: {} };
      });
  }

  #session(sessionId: string): AgentEvent[] {
    if (sessionId === this.#sessionId) return [];
    this.#sessionId = sessionId;
    const { resumed } = this.#options;
    if (sessionId === resumed) return [];
    const told: AgentEvent[] = [{ type: "session.updated", agentSessionId: sessionId, title: null }];
    if (resumed !== null) told.unshift({ type: "notice", level: "warning", text: describeLoss(resumed) });
    return told;
  }

  #say(kind: PartKind, text: string): AgentEvent[] {
    if (text === "") return [];
    this.#hasActed = true;
    let part = this.#part;
    if (part?.kind !== kind) {
      this.#partCount += 1;
      part = { id: `part-${this.#partCount}`, kind, length: 0 };
      this.#part = part;
    }
    const offset = part.length;
    part.length += text.length;
    return [{ type: kind === "text" ? "text.delta" : "thought.delta", partId: part.id, offset, text }];
  }

  #whole(kind: PartKind, text: string): AgentEvent[] {
    const said = this.#pending[kind];
    if (said.startsWith(text)) {
      this.#pending[kind] = said.slice(text.length);
      if (this.#part?.kind === kind && said.length === text.length) this.#part = null;
      return [];
    }
    this.#pending[kind] = "";
    const isBegun = said !== "" && text.startsWith(said);
    // If nothing of it was said, it is a part of its own.
    if (!isBegun) this.#part = null;
    const events = this.#say(kind, isBegun ? text.slice(said.length) : text);
    this.#part = null;
    return events;
  }

  #call(start: CallStart): AgentEvent[] {
    const known = this.#calls.get(start.callId);
    if (known && !known.isOver) return [];
    this.#hasActed = true;
    this.#callCount += 1;
    // Text after a tool begins a new part of the answer.
    this.#part = null;
    const call: Call = { id: `call-${this.#callCount}`, kind: start.toolKind, patch: start.patch, isOver: false };
    const parent = this.#calls.get(start.parentId ?? "");
    this.#calls.set(start.callId, call);
    const described = describeTool(start, this.#options.root);
    return [{ type: "tool.started", callId: call.id, ...described, ...(parent ? { parentCallId: parent.id } : {}) }];
  }

  #result({ callId, status, output, exitCode, patch: said }: CallResult): AgentEvent[] {
    const call = this.#calls.get(callId);
    if (!call || call.isOver) return [];
    call.isOver = status !== "running";
    const patch = said ?? call.patch;
    const hasFailed = status === "failed" && call.kind !== "command";
    const result = {
      ...(output === "" || hasFailed ? {} : { output }),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(patch === undefined || patch === "" || status !== "completed" ? {} : { patch }),
      ...(hasFailed ? { error: output || "It failed." } : {}),
    };
    if (status === "running" && output === "") return [];
    return [{ type: "tool.updated", callId: call.id, status, result }];
  }

  #count(of: "turn" | "step" | "session", said: Partial<Usage>): AgentEvent[] {
    const before = this.#usage ?? NO_USAGE;
    let usage: Usage = { ...before, ...said };
    if (of === "step") {
      for (const field of COUNTS) usage = { ...usage, [field]: add(before[field], said[field] ?? null) };
    }
    if (of === "session") {
      this.#sessionUsage = said;
      // The counts of earlier turns are not known after a restart, so neither are this turn's.
      const { resumed, before: counted } = this.#options;
      if (resumed !== null && counted === null) return [];
      for (const field of COUNTS) usage = { ...usage, [field]: subtract(said[field] ?? null, counted?.[field] ?? 0) };
    }
    this.#usage = usage;
    return [{ type: "usage.updated", usage }];
  }
}

/** Describes a lost session. It includes the earlier session's id, which is not stored anywhere else. */
export function describeLoss(earlier: string): string {
  return `The agent could not resume its session ${earlier} and began a new one, so it does not know the earlier conversation.`;
}

function add(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : one + other;
}

/** Null if nothing was counted. Never negative: an agent may begin to count anew. */
function subtract(counted: number | null, before: number): number | null {
  return counted === null ? null : counted < before ? counted : counted - before;
}
