import { UserRound } from "lucide-react";
import { agentHue } from "./agent-hue.ts";
import { AgentIcon } from "./agent-icon.tsx";

/** Names the author of something: an agent in its colour, or the person if `agent` is null. */
export function AgentBadge({ agent }: { agent: string | null }) {
  const hue = agent === null ? "var(--muted)" : agentHue(agent);
  return (
    <span
      className="inline-flex h-[18px] shrink-0 items-center gap-1 rounded-sm px-1 text-xs font-medium whitespace-nowrap"
      style={{ color: hue, background: `color-mix(in srgb, ${hue} 10%, transparent)` }}
    >
      {agent === null ? <UserRound aria-hidden className="size-3" /> : <AgentIcon agent={agent} size={12} />}
      {agent === null ? "you" : agent}
    </span>
  );
}
