import { z } from "zod";
import { NOTHING, only, type OldEvent, type Translated } from "./api-event.ts";
import { ABORTED, toOldError } from "./api-message.ts";
import { toOldForm } from "./api-form.ts";
import { ApiTool, isInterrupted, toOldInput, toOldMetadata, toOldName, toOutput } from "./to-tool-state.ts";

/** How a session stopped working, if an event says so. */
type Outcome = "unknown" | "done" | "stopped" | { error: OldEvent["properties"] };

/** The turn of a session, as far as its end needs it. */
interface Trace {
  /** The newest answer of the turn; null before the first. */
  messageId: string | null;
  /** The newest answer said that it is the last, or failed. */
  isFinal: boolean;
  isStopAsked: boolean;
  wasRefused: boolean;
  wasInterrupted: boolean;
}

const Envelope = z.object({
  id: z.string().optional(),
  type: z.string(),
  location: z.object({ directory: z.string() }).optional().catch(undefined),
  data: z.record(z.string(), z.unknown()).default({}),
});
const InSession = z.object({ sessionID: z.string(), assistantMessageID: z.string().optional().catch(undefined) });
const Failed = z.object({ error: z.object({ type: z.string().default(""), message: z.string().default("") }) });
const Finish = z.object({ finish: z.string() });
const Reply = z.object({ reply: z.string().optional(), decision: z.string().optional() });
const Todos = z.object({ todos: z.array(z.unknown()) });

/** The kinds of 2.0 that 1.18 names otherwise. */
const NEXT = /^session\.(?:next\.)?((?:step|text|reasoning|tool|retry|compaction)\..+|prompted|retried)$/;
/** How many tool calls are remembered. */
const MAX_CALLS = 2_000;
/** When to look whether a session still works, after an event that usually ends a turn. */
const SOON_MS = 20;
const LATER_MS = 300;
const UNHEARD = "opencode ended the turn without asking a model. It may not know the chosen model.";

/**
 * Translates the events of `/api/event` to the form of opencode 1. Events of 1.18 do not say when a session stops working: whoever looks
 * tells it by {@link ApiTranslator.stopped}.
 */
export class ApiTranslator {
  readonly #directory: string;
  readonly #onTurn: (sessionId: string) => void;
  readonly #calls = new Map<string, { tool: string; input: Record<string, unknown> }>();
  readonly #traces = new Map<string, Trace>();

  /** `onTurn` is called when a session begins a turn. */
  constructor(directory: string, onTurn: (sessionId: string) => void) {
    this.#directory = directory;
    this.#onTurn = onTurn;
  }

  translate(wire: unknown): Translated {
    const envelope = Envelope.safeParse(wire);
    // The decoder names what it cannot read.
    if (!envelope.success) return { events: [wire as OldEvent], look: null };
    const { id, type, location, data } = envelope.data;
    if (location && location.directory !== this.#directory) return NOTHING;
    const place = InSession.safeParse(data).data;
    const { events, look } = this.#read(type, data, place?.sessionID ?? null, place?.assistantMessageID ?? null);
    const [first, ...rest] = events;
    return { events: first && id !== undefined ? [{ id, ...first }, ...rest] : events, look };
  }

  /** Notes that a session was asked to stop. */
  noteStop(sessionId: string): void {
    this.#trace(sessionId).isStopAsked = true;
  }

  /** True while a session is in a turn. */
  isInTurn(sessionId: string): boolean {
    return this.#traces.has(sessionId);
  }

  /** Returns the events of a session that was found to work no longer. */
  stopped(sessionId: string): OldEvent[] {
    return this.#close(sessionId, "unknown");
  }

  #read(type: string, data: Record<string, unknown>, sessionId: string | null, messageId: string | null): Translated {
    const kind = NEXT.exec(type)?.[1];
    if (kind !== undefined && sessionId !== null) return this.#readStep(kind, data, sessionId, messageId);
    const [noun, second, third] = type.split(".");
    if (noun === "session" && second === "execution" && sessionId !== null) return this.#readExecution(third ?? "", data, sessionId);
    if (noun === "session" && sessionId !== null) {
      // What a person's input is called when it reaches the model.
      const inputId = data["inboxID"] ?? data["inputID"];
      if ((second === "inbox" && third === "delivered") || (second === "input" && third === "promoted"))
        return this.#readStep("prompted", { ...data, messageID: inputId }, sessionId, null);
      if (second === "renamed")
        return only("session.updated", { info: { id: sessionId, directory: this.#directory, title: data["title"] } });
    }
    if (noun === "form") return toOldForm(second ?? "", data);
    if (noun === "permission") return this.#readPermission(type.endsWith(".asked"), type, data, sessionId);
    return only(type, data);
  }

  #readStep(kind: string, data: Record<string, unknown>, sessionId: string, messageId: string | null): Translated {
    const trace = this.#trace(sessionId);
    const passed = only(`session.next.${kind}`, { ...data, sessionID: sessionId });
    const [group, what] = kind.split(".");
    if (kind === "prompted") return { ...passed, look: { sessionId, afterMs: 1_500 } };
    if (group === "retry") return only("session.next.retried", data);
    if (group === "compaction") return what === "ended" ? only("session.compacted", data) : NOTHING;
    if (messageId === null) return passed;
    if (group === "text" || group === "reasoning") return only(`session.next.${kind}`, { ...data, ...toContentId(group, data) });
    if (group === "tool") return this.#readTool(what ?? "", data, trace, sessionId, messageId);
    if (kind === "step.started") {
      Object.assign(trace, { messageId, isFinal: false, wasInterrupted: false, wasRefused: false });
      return passed;
    }
    trace.messageId = messageId;
    const failed = what === "failed" ? Failed.safeParse(data).data : undefined;
    if (failed) {
      trace.isFinal = true;
      return { events: [this.#toAnswer(sessionId, messageId, { error: toOldError(failed.error) })], look: { sessionId, afterMs: SOON_MS } };
    }
    const finish = Finish.safeParse(data).data?.finish;
    trace.isFinal = finish !== undefined && finish !== "tool-calls" && finish !== "unknown";
    return { ...passed, look: trace.isFinal || trace.wasInterrupted ? { sessionId, afterMs: SOON_MS } : null };
  }

  #readTool(what: string, data: Record<string, unknown>, trace: Trace, sessionId: string, messageId: string): Translated {
    const call = ApiTool.safeParse(data).data;
    const callId = call?.callID ?? call?.id;
    if (!call || callId === undefined) return only(`session.next.tool.${what}`, data);
    const key = `${messageId} ${callId}`;
    const known = this.#calls.get(key);
    const tool = toOldName(call.tool ?? call.name ?? known?.tool ?? "");
    const input = call.input ? toOldInput(tool, call.input) : (known?.input ?? {});
    this.#calls.set(key, { tool, input });
    if (this.#calls.size > MAX_CALLS) this.#calls.delete(this.#calls.keys().next().value as string);
    if (what.startsWith("input")) return NOTHING;
    if (isInterrupted(call)) trace.wasInterrupted = true;
    const output = toOutput(tool, call);
    const content = output === "" ? [] : [{ text: output }];
    const properties = {
      sessionID: sessionId,
      assistantMessageID: messageId,
      callID: callId,
      tool,
      input,
      structured: toOldMetadata(call),
      content,
      ...(call.error ? { error: call.error } : {}),
    };
    const events: OldEvent[] = [{ type: `session.next.tool.${what}`, properties }];
    const todos = tool === "todowrite" && what === "success" ? Todos.safeParse({ ...call.structured, ...call.metadata }).data : undefined;
    if (todos) events.push({ type: "todo.updated", properties: { sessionID: sessionId, todos: todos.todos } });
    return { events, look: trace.wasInterrupted ? { sessionId, afterMs: LATER_MS } : null };
  }

  #readPermission(isAsked: boolean, type: string, data: Record<string, unknown>, sessionId: string | null): Translated {
    // 2.0 has the names of opencode 1 with the content of the newer requests.
    if (isAsked) return only("action" in data ? "permission.v2.asked" : type, data);
    const { reply, decision } = Reply.safeParse(data).data ?? {};
    const answer = decision ?? reply;
    const trace = sessionId === null ? undefined : this.#traces.get(sessionId);
    if (trace && answer === "reject") trace.wasRefused = true;
    return only(type, { ...data, ...(answer === undefined ? {} : { reply: answer }) });
  }

  #readExecution(what: string, data: Record<string, unknown>, sessionId: string): Translated {
    if (what === "started") {
      this.#trace(sessionId);
      return only("session.status", { sessionID: sessionId, status: { type: "busy" } });
    }
    const failed = what === "failed" ? Failed.safeParse(data).data : undefined;
    const outcome = failed ? { error: toOldError(failed.error) } : what === "interrupted" ? "stopped" : "done";
    return { events: this.#close(sessionId, outcome), look: null };
  }

  #trace(sessionId: string): Trace {
    const known = this.#traces.get(sessionId);
    if (known) return known;
    const trace = { messageId: null, isFinal: false, isStopAsked: false, wasRefused: false, wasInterrupted: false };
    this.#traces.set(sessionId, trace);
    this.#onTurn(sessionId);
    return trace;
  }

  #close(sessionId: string, outcome: Outcome): OldEvent[] {
    const trace = this.#traces.get(sessionId);
    if (!trace) return [];
    this.#traces.delete(sessionId);
    const idle: OldEvent = { type: "session.status", properties: { sessionID: sessionId, status: { type: "idle" } } };
    const { messageId, isFinal, isStopAsked, wasRefused, wasInterrupted } = trace;
    if (messageId === null) {
      const error =
        typeof outcome === "object"
          ? outcome.error
          : isStopAsked || outcome === "stopped"
            ? ABORTED
            : toOldError({ type: "", message: UNHEARD });
      return outcome === "done" ? [idle] : [{ type: "session.error", properties: { sessionID: sessionId, error } }, idle];
    }
    if (isFinal) return [idle];
    if (typeof outcome === "object") return [this.#toAnswer(sessionId, messageId, outcome), idle];
    // A refused permission ends the turn: its answer is complete as it is.
    if (wasRefused && !isStopAsked && outcome !== "stopped") return [this.#toAnswer(sessionId, messageId, { finish: "stop" }), idle];
    if (isStopAsked || outcome === "stopped" || wasInterrupted) return [this.#toAnswer(sessionId, messageId, { error: ABORTED }), idle];
    return [idle];
  }

  #toAnswer(sessionID: string, id: string, more: Record<string, unknown>): OldEvent {
    const info = { id, sessionID, role: "assistant", time: { completed: 0 }, ...more };
    return { type: "message.updated", properties: { info } };
  }
}

/** 2.0 counts the texts of a message where 1.18 names them. */
function toContentId(group: "text" | "reasoning", { textID, reasoningID, ordinal }: Record<string, unknown>): Record<string, unknown> {
  const id = textID ?? reasoningID ?? `${group}-${String(ordinal)}`;
  return group === "text" ? { textID: id } : { reasoningID: id };
}
