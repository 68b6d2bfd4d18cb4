import type { WarmUpIntent } from "@boocode/shared/agents/decide-warm-up";
import { AgentId, type ChatId } from "@boocode/shared/ids";
import { useEffect, useEffectEvent, useRef } from "react";
import { trpcClient } from "../../api/trpc.ts";

/**
 * Has a chat's agent got ready before a prompt is sent: what all chats share while the person looks, the rest once they write or have
 * picked it. What it returns is called for both; the daemon decides, and is asked once for each agent until a turn has run.
 */
export function useWarmUp(chatId: ChatId, agent: string, isAtWork: boolean): () => void {
  const asked = useRef(new Set<string>());
  const ask = (intent: WarmUpIntent) => {
    const key = `${agent} ${intent}`;
    if (isAtWork || asked.current.has(key)) return;
    asked.current.add(key);
    // Nobody waits for it: where it does not work, the first turn takes longer.
    void trpcClient.agentSessions.warmUp.mutate({ chatId, agent: AgentId.parse(agent), intent }).catch(() => asked.current.delete(key));
  };
  const shownFirst = useRef(agent);
  const onShown = useEffectEvent(ask);
  useEffect(() => {
    // After a turn all of it is warm, and grows cold again.
    if (isAtWork) asked.current.clear();
    else onShown(agent === shownFirst.current ? "looking" : "writing");
  }, [agent, isAtWork]);
  return () => ask("writing");
}
