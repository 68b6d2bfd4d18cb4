import type { Agent } from "@boocode/shared/agents/agent";
import type { AgentUpdate } from "@boocode/shared/agents/agent-update";
import { useMutation, useQuery } from "@tanstack/react-query";
import { trpc } from "../api/trpc.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { AgentIcon } from "./agent-icon.tsx";
import { CommandLineBadge } from "./command-line-badge.tsx";
import { UpdateButton, UpdateOfAgent } from "./agent-update.tsx";
import { availableFirst, useAgents } from "./use-agents.ts";

/** Lists the agents found on this machine, and the install commands for the others. */
export function FoundAgents() {
  const agents = useAgents();
  const { data: updates } = useQuery(trpc.agents.updates.queryOptions());
  return (
    <ul aria-label="Agents" className="divide-y divide-line rounded-lg border border-line">
      {agents &&
        availableFirst(agents).map((agent) => (
          <FoundAgent key={agent.id} agent={agent} update={updates?.find((one) => one.agent === agent.id)} />
        ))}
      {!agents &&
        ["w-40", "w-52", "w-36"].map((width) => (
          <li key={width} className="flex h-9 items-center px-3">
            <Skeleton className={`h-3.5 ${width}`} />
          </li>
        ))}
    </ul>
  );
}

/** A button that makes the daemon search for agents again. */
export function LookAgainButton({ className = "" }: { className?: string }) {
  const refresh = useMutation(trpc.agents.refresh.mutationOptions());
  return (
    <Button size="sm" variant="quiet" className={className} busy={refresh.isPending} onClick={() => refresh.mutate()}>
      Look again
    </Button>
  );
}

function FoundAgent({ agent, update }: { agent: Agent; update: AgentUpdate | undefined }) {
  const isScriptedOnly = agent.models.length > 0 && agent.models.every((model) => model.isScripted);
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-2.5 px-3 py-1.5">
      <AgentIcon agent={agent.id} size={16} className={agent.available ? "" : "opacity-50"} />
      <div className="flex min-w-0 flex-1 items-center gap-x-2.5 max-sm:flex-col max-sm:items-start">
        <span className="flex shrink-0 items-center gap-2.5">
          <span className={agent.available ? "font-medium" : "text-muted"}>{agent.name}</span>
          {agent.version && <span className="tabular text-sm text-faint">{agent.version}</span>}
          {isScriptedOnly && <Badge>demo model only</Badge>}
          {agent.available && agent.transport === "cli" && <CommandLineBadge />}
        </span>
        {!agent.available && (
          <span className="min-w-0 flex-1 text-sm text-muted sm:text-right">
            {agent.installHint ? (
              <code className="break-words">{agent.installHint}</code>
            ) : agent.problem === null ? (
              agent.diagnosis
            ) : (
              "does not start"
            )}
          </span>
        )}
      </div>
      {agent.update && <UpdateButton agent={agent} isRunning={update?.state === "running"} />}
      {agent.available && update?.state !== "running" && (
        <span className={`shrink-0 text-sm ${agent.problem ? "text-amber" : "text-added"}`}>
          {agent.problem ? "may not work" : "ready"}
        </span>
      )}
      {agent.installHint && <CopyButton text={agent.installHint} label={`Copy how to install ${agent.name}`} className="-mr-1.5" />}
      {agent.available && agent.installHint && (
        <p className="basis-full pl-6.5 text-sm text-muted">
          To be asked before it acts: <code className="break-words">{agent.installHint}</code>
        </p>
      )}
      {agent.available && agent.note && <p className="basis-full pl-6.5 text-sm text-muted">{agent.note}</p>}
      <UpdateOfAgent agent={agent} update={update} />
      {agent.problem && <p className="basis-full pl-6.5 font-mono text-sm break-words whitespace-pre-wrap text-muted">{agent.problem}</p>}
    </li>
  );
}
