import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import type { ChatId, SessionId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { trpc } from "../api/trpc.ts";
import { Tooltip } from "../ui/popups/tooltip.tsx";

const WORDS: Record<Continuity, { text: string; hint: string }> = {
  resumed: { text: "resumed", hint: "The agent still has this conversation and continues where it was." },
  history: { text: "history", hint: "The agent was given the conversation so far with its last prompt." },
  new: { text: "new session", hint: "The agent started a new context with its last prompt. It knows nothing of what was said before." },
};

/** Shows how a chat's agent knows the earlier conversation. Renders nothing if this agent has not worked in the chat. */
export function AgentSessionChip({ sessionId, chatId, agent }: { sessionId: SessionId; chatId: ChatId; agent: string }) {
  const { data } = useQuery(trpc.agentSessions.list.queryOptions({ sessionId }));
  const record = data?.find((each) => each.chatId === chatId && each.agent === agent);
  if (!record) return null;
  const { text, hint } = WORDS[record.continuity];
  return (
    <Tooltip label={hint} side="top">
      <span
        role="status"
        aria-label="Agent session"
        className="inline-flex h-[18px] shrink-0 items-center gap-1 rounded-sm bg-inset px-1.5 text-xs text-muted"
      >
        {text}
      </span>
    </Tooltip>
  );
}
