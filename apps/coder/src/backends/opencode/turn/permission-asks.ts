import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { PermissionId } from "@boocode/shared/ids";
import { describePermission, REJECT, type AskingCall } from "./describe-permission.ts";
import type { AskFamily, PermissionRequest, QuestionRequest } from "../wire/opencode-event.ts";

/** A reply to opencode, and the request it answers. */
export type AskReply = { requestId: string; sessionId: string; family: AskFamily } & (
  | { kind: "permission"; reply: "once" | "always" | "reject" }
  | { kind: "question"; answers: string[][] }
  | { kind: "rejection" }
);

interface OpenAsk {
  request: { kind: "permission" } | { kind: "question"; questions: QuestionRequest["questions"]; answers: string[][] };
  asked: Pick<AskReply, "requestId" | "sessionId" | "family">;
  callId: string | null;
}

/** The open permissions and questions of a turn. One request may hold several questions, which are asked one by one. */
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

  /** Makes the requests of an ended turn known, so that they are not asked again. */
  continueAfter(turn: PermissionAsks): void {
    for (const id of turn.#seen) this.#seen.add(id);
  }

  /** Makes a refusal for every open request. */
  toRefusals(): AskReply[] {
    return [...this.#open.values()].map(({ asked, request: { kind } }) =>
      kind === "permission" ? { ...asked, kind, reply: "reject" } : { ...asked, kind: "rejection" },
    );
  }

  /** Adds a permission request; returns no events if it is already known. `call` is the tool call it belongs to, if known. */
  askPermission(request: PermissionRequest, call: AskingCall | null): AgentEvent[] {
    if (this.#isKnown(request.id)) return [];
    const event = describePermission(request, call, this.#root);
    this.#open.set(event.permissionId, { request: { kind: "permission" }, asked: toAsked(request), callId: event.callId });
    return [event];
  }

  /** Adds a question request; returns no events if it is already known or has no questions. */
  askQuestion(request: QuestionRequest, call: AskingCall | null): AgentEvent[] {
    if (this.#isKnown(request.id)) return [];
    const question = { kind: "question" as const, questions: request.questions, answers: [] };
    return this.#putQuestion({ request: question, asked: toAsked(request), callId: call?.id ?? null });
  }

  /**
   * Records an answer. `reply` is what to send to opencode now, or null if nothing is to be sent, or not yet. Call `undo` if sending fails:
   * it reopens the question.
   */
  answer(permissionId: string, optionId: string | null): { reply: AskReply | null; events: AgentEvent[]; undo(): void } {
    const ask = this.#open.get(permissionId);
    if (!ask) return { reply: null, events: [], undo() {} };
    this.#open.delete(permissionId);
    const undo = () => void this.#open.set(permissionId, ask);
    const { request, asked } = ask;
    if (request.kind === "permission") {
      const reply = optionId === "once" || optionId === "always" ? optionId : "reject";
      return { reply: { ...asked, kind: "permission", reply }, events: [], undo };
    }
    const question = request.questions[request.answers.length];
    const chosen = question?.options.find((_, place) => String(place) === optionId);
    if (!chosen) return { reply: { ...asked, kind: "rejection" }, events: [], undo };
    const answers = [...request.answers, [chosen.label]];
    const events = this.#putQuestion({ ...ask, request: { ...request, answers } });
    return { reply: events.length > 0 ? null : { ...asked, kind: "question", answers }, events, undo };
  }

  /** Closes a request that was answered elsewhere or withdrawn. */
  settle(requestId: string, reply: string | null): AgentEvent[] {
    const events: AgentEvent[] = [];
    for (const [permissionId, ask] of this.#open) {
      if (ask.asked.requestId !== requestId) continue;
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

  /** Keeps the requests in `requestIds` and closes the others as withdrawn. */
  keepOnly(requestIds: ReadonlySet<string>): AgentEvent[] {
    const gone = [...this.#open.values()].filter(({ asked }) => !requestIds.has(asked.requestId));
    return gone.flatMap(({ asked }) => this.settle(asked.requestId, null));
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
    const permissionId = PermissionId.parse(`${ask.asked.requestId}:${place}`);
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

function toAsked({ id, sessionID, family }: PermissionRequest | QuestionRequest): OpenAsk["asked"] {
  return { requestId: id, sessionId: sessionID, family };
}
