import type { ChatId, SessionId } from "@boocode/shared/ids";
import { queryClient, trpc } from "../api/trpc.ts";
import { preloadTranscript } from "../chats/transcript/use-transcript.ts";
import { prefetchOpenTasks } from "../tasks/use-open-tasks.ts";

/** Asks at once for all that a session's page shows first, which its parts would ask for one after the other. What is known already is not asked for. */
export function prefetchSession(sessionId: SessionId, chatId: ChatId | null): void {
  if (chatId) preloadTranscript(sessionId, chatId);
  void queryClient.prefetchQuery(trpc.chats.list.queryOptions({ sessionId }));
  prefetchOpenTasks(sessionId);
  void queryClient.prefetchQuery(trpc.pendingChanges.list.queryOptions({ sessionId }));
  void queryClient.prefetchQuery(trpc.agentSessions.list.queryOptions({ sessionId }));
  void queryClient.prefetchQuery(trpc.agents.list.queryOptions());
}
