import type { WarmUpIntent } from "@boocode/shared/agents/processes/decide-warm-up";
import { AgentId, type ChatId } from "@boocode/shared/ids";
import { useEffect, useEffectEvent, useRef } from "react";
import { trpcClient } from "../../api/trpc.ts";

/**
 * Warms up a chat's agent before a prompt is sent: the part shared by all chats when the chat is shown, the rest when the person
 * writes or picks the agent. Call the returned function for both; the daemon is asked once per agent until a turn has run.
 */
export function useWarmUp(chatId: ChatId, agent: string, isAtWork: boolean): () => void {
  const asked = useRef(new Set<string>());
  const ask = (intent: WarmUpIntent) => {
    const key = `${agent} ${intent}`;
    if (isAtWork || asked.current.has(key)) return;
    asked.current.add(key);
    // Nothing waits for the warm-up: if it fails, the first turn only takes longer.
    void trpcClient.agentSessions.warmUp.mutate({ chatId, agent: AgentId.parse(agent), intent }).catch(() => asked.current.delete(key));
  };
  const shownFirst = useRef(agent);
  const onShown = useEffectEvent(ask);
  useEffect(() => {
    // After a turn the agent is warm but may become cold again, so ask again.
    if (isAtWork) asked.current.clear();
    else onShown(agent === shownFirst.current ? "looking" : "writing");
  }, [agent, isAtWork]);
  return () => ask("writing");
}
