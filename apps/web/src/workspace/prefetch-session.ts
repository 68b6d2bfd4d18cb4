import type { ChatId, SessionId } from "@boocode/shared/ids";
import { queryClient, trpc } from "../api/trpc.ts";
import { preloadTranscript } from "../chats/transcript/use-transcript.ts";
import { prefetchOpenTasks } from "../tasks/use-open-tasks.ts";

/** Prefetches everything a session's page first shows in parallel instead of one after another. Skips what is loaded already. */
export function prefetchSession(sessionId: SessionId, chatId: ChatId | null): void {
  if (chatId) preloadTranscript(sessionId, chatId);
  void queryClient.prefetchQuery(trpc.chats.list.queryOptions({ sessionId }));
  void queryClient.prefetchQuery(trpc.sessions.layout.queryOptions({ sessionId }));
  prefetchOpenTasks(sessionId);
  void queryClient.prefetchQuery(trpc.pendingChanges.list.queryOptions({ sessionId }));
  void queryClient.prefetchQuery(trpc.agentSessions.list.queryOptions({ sessionId }));
  void queryClient.prefetchQuery(trpc.terminals.list.queryOptions({ sessionId }));
  void queryClient.prefetchQuery(trpc.agents.list.queryOptions());
}
