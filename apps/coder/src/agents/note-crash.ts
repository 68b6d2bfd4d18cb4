import type { Database } from "@boocode/db/database";
import { findAgentSession, updateAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import type { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import type { Logger } from "../platform/logger.ts";
import { writeOrLater } from "../platform/retry-write.ts";
import type { Time } from "../platform/time.ts";

/** Records that an agent's process has ended between two turns, by itself or by somebody else. A turn that has begun since says more. */
export async function noteCrash(
  deps: { db: Database; time: Pick<Time, "after">; logger: Logger },
  { chatId, agent, sessionId }: { chatId: ChatId; agent: AgentId; sessionId: SessionId },
): Promise<void> {
  await writeOrLater(deps, () =>
    deps.db.write("full", async (tx, announce) => {
      const record = await findAgentSession(tx, chatId, agent);
      if (record?.status !== "idle") return;
      await updateAgentSession(tx, chatId, agent, { status: "crashed" });
      announce.changed("agentSessions", [chatId], sessionId);
    }),
  );
}
