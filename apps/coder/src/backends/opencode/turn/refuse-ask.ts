import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import type { OpencodeClient } from "../wire/opencode-client.ts";
import type { OpencodeEvent } from "../wire/opencode-event.ts";
import type { AskReply } from "./permission-asks.ts";
import { tellAnswer } from "./tell-answer.ts";

interface RefusalDeps {
  client: OpencodeClient;
  /** The worktree, as opencode knows it. */
  directory: string;
  logger: BackendLogger;
}

/** A permission or a question that opencode asks. */
export type AskEvent = Extract<OpencodeEvent, { type: "permission" | "question" }>;

export function isAskEvent(event: OpencodeEvent): event is AskEvent {
  return event.type === "permission" || event.type === "question";
}

/** True for what a call of an earlier turn asks: that turn is over, and nobody is shown it any more. Ids say what came after what. */
export function isLeftOver({ request }: AskEvent, promptId: string): boolean {
  return request.tool !== undefined && request.tool.messageID < promptId;
}

/** The same events, with those that are left over behind: to refuse one refuses all of its session, so what is asked now has to be known first. */
export function leftOverLast(events: readonly OpencodeEvent[], promptId: string): OpencodeEvent[] {
  const isOld = (event: OpencodeEvent) => isAskEvent(event) && isLeftOver(event, promptId);
  return events.toSorted((a, b) => Number(isOld(a)) - Number(isOld(b)));
}

/** The answer that says no. */
export function toRefusal({ type, request }: AskEvent): AskReply {
  const asked = { requestId: request.id, sessionId: request.sessionID, family: request.family };
  return type === "permission" ? { ...asked, kind: type, reply: "reject" } : { ...asked, kind: "rejection" };
}

/**
 * Says no for what nobody is asked any more. opencode keeps a question whose turn was stopped, would ask it again, and may keep the next
 * prompt waiting for it. Never rejects.
 */
export async function refuse({ client, directory, logger }: RefusalDeps, refusal: AskReply): Promise<void> {
  await tellAnswer(client, directory, refusal).catch((error: unknown) =>
    logger.debug({ err: error, requestId: refusal.requestId }, "A question that nobody is asked was not refused"),
  );
}
