import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { PermissionId } from "@boocode/shared/ids";
import { describePermission, REJECT, type AskingCall } from "./describe-permission.ts";
import type { AskFamily, PermissionRequest, QuestionRequest } from "../wire/opencode-event.ts";

/** What opencode is to be told, and where it asked. */
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

  /** What says no to all that is open. */
  toRefusals(): AskReply[] {
    return [...this.#open.values()].map(({ asked, request: { kind } }) =>
      kind === "permission" ? { ...asked, kind, reply: "reject" } : { ...asked, kind: "rejection" },
    );
  }

  /** Answers nothing for a request that is known. `call`: the one it stands before, where that is known. */
  askPermission(request: PermissionRequest, call: AskingCall | null): AgentEvent[] {
    if (this.#isKnown(request.id)) return [];
    const event = describePermission(request, call, this.#root);
    this.#open.set(event.permissionId, { request: { kind: "permission" }, asked: toAsked(request), callId: event.callId });
    return [event];
  }

  /** Answers nothing for a request that is known, and for one without a question. */
  askQuestion(request: QuestionRequest, call: AskingCall | null): AgentEvent[] {
    if (this.#isKnown(request.id)) return [];
    const question = { kind: "question" as const, questions: request.questions, answers: [] };
    return this.#putQuestion({ request: question, asked: toAsked(request), callId: call?.id ?? null });
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

  /** It was answered by someone else, or is not asked any more. */
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

  /** Those of `requestIds` remain; the others are not asked any more. */
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
