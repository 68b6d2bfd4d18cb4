import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import type { ServerClient } from "../wire/opencode-client.ts";
import type { OpencodeEvent } from "../wire/opencode-event.ts";
import type { AskReply } from "./permission-asks.ts";
import { tellAnswer } from "./tell-answer.ts";

interface RefusalDeps {
  client: ServerClient;
  /** The worktree, as opencode knows it. */
  directory: string;
  logger: BackendLogger;
}

/** A permission or a question that opencode asks. */
export type AskEvent = Extract<OpencodeEvent, { type: "permission" | "question" }>;

export function isAskEvent(event: OpencodeEvent): event is AskEvent {
  return event.type === "permission" || event.type === "question";
}

/** True for a request from an earlier turn, which is over, so the request is no longer shown. The order of ids decides. */
export function isLeftOver({ request }: AskEvent, promptId: string): boolean {
  return request.tool !== undefined && request.tool.messageID < promptId;
}

/** Moves left-over requests to the end: refusing one refuses all of its session, so current requests must be known first. */
export function leftOverLast(events: readonly OpencodeEvent[], promptId: string): OpencodeEvent[] {
  const isOld = (event: OpencodeEvent) => isAskEvent(event) && isLeftOver(event, promptId);
  return events.toSorted((a, b) => Number(isOld(a)) - Number(isOld(b)));
}

/** Makes the reply that refuses a request. */
export function toRefusal({ type, request }: AskEvent): AskReply {
  const asked = { requestId: request.id, sessionId: request.sessionID, family: request.family };
  return type === "permission" ? { ...asked, kind: type, reply: "reject" } : { ...asked, kind: "rejection" };
}

/**
 * Refuses a request that is no longer shown. opencode keeps a question after its turn was stopped, would ask it again, and may block the
 * next prompt on it. Never rejects.
 */
export async function refuse({ client, directory, logger }: RefusalDeps, refusal: AskReply): Promise<void> {
  await tellAnswer(client, directory, refusal).catch((error: unknown) =>
    logger.debug({ err: error, requestId: refusal.requestId }, "A leftover question could not be refused"),
  );
}
