import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId } from "@boocode/shared/ids";
import { pause, type Time } from "../platform/time.ts";

const OPEN_TIMEOUT_MS = 60_000;

/** Waits for a conversation that is being opened, for a limited time. Throws `agent_unavailable` after that, and closes what opens later. */
export async function openInTime(
  time: Pick<Time, "after">,
  opened: Promise<AgentConversation>,
  agent: AgentId,
): Promise<AgentConversation> {
  let isLate = false;
  const timeout = pause(time, OPEN_TIMEOUT_MS).then(() => {
    isLate = true;
    throw new DomainError({ kind: "agent_unavailable", agent, hint: `It did not start within ${OPEN_TIMEOUT_MS / 1_000} s.` });
  });
  timeout.catch(() => {});
  // A conversation that opens after the timeout has no owner.
  opened.then(
    (conversation) => (isLate ? conversation.close() : undefined),
    () => {},
  );
  return Promise.race([opened, timeout]);
}
