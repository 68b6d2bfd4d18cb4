import type { WarmAgent, WarmAgents } from "@boocode/shared/agents/processes/warm-agent";
import { useQuery } from "@tanstack/react-query";
import { AgentIcon } from "../../agents/agent-icon.tsx";
import { describeKept, toMemory } from "../../agents/describe-kept.ts";
import { useAgents } from "../../agents/use-agents.ts";
import { WarmActions } from "../../agents/warm-actions.tsx";
import { trpc } from "../../api/trpc.ts";
import { toSessionPath } from "../../sessions/session-paths.ts";
import { Link } from "../../ui/browser/location.tsx";
import { toCount } from "../../ui/labels.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";

/** Only while this list is open, and only here: memory changes without an event. In milliseconds. */
const MEASURE_EVERY_MS = 5_000;

/** Lists every agent in memory, of all sessions. */
export function WarmList() {
  const { data } = useQuery(trpc.agentSessions.warm.queryOptions(undefined, { staleTime: 0, refetchInterval: MEASURE_EVERY_MS }));
  const agents = useAgents();
  const nameOf = (id: string) => agents?.find((agent) => agent.id === id)?.name ?? id;
  if (!data) return <Skeleton className="h-12 w-full" />;
  const minutes = Math.round(data.idleTtlMs / 60_000);
  const stay = minutes > 0 ? `One that is idle is suspended after ${toCount(minutes, "minute")}.` : "One that is idle is suspended soon.";
  return (
    <>
      <p className="tabular text-sm text-muted">
        {describeAll(data)} {stay}
      </p>
      {data.agents.length + data.shared.length > 0 && (
        <ul aria-label="Agents in memory" className="max-h-80 divide-y divide-line overflow-auto rounded-lg border border-line">
          {data.shared.map(({ id, agent, rssBytes }) => (
            <li key={id} className="flex items-center gap-2.5 px-3 py-2">
              <AgentIcon agent={agent} size={16} />
              <span className="min-w-0 flex-1">
                <span className="font-medium">{nameOf(agent)} server</span>{" "}
                <span className="text-sm text-muted">{describeUsers(data.agents.filter(({ sharedId }) => sharedId === id).length)}</span>
              </span>
              <span className="tabular shrink-0 text-sm text-muted">{rssBytes === null ? "memory unknown" : toMemory(rssBytes)}</span>
            </li>
          ))}
          {data.agents.map((one) => (
            <WarmRow key={`${one.chatId} ${one.agent}`} warm={one} name={nameOf(one.agent)} />
          ))}
        </ul>
      )}
    </>
  );
}

function WarmRow({ warm, name }: { warm: WarmAgent; name: string }) {
  const { sessionId, sessionTitle, chatTitle, agent, openedAt, idleSince, keptBecause, programs } = warm;
  const kept = describeKept(keptBecause, programs);
  return (
    <li className="flex gap-2.5 px-3 py-2">
      <AgentIcon agent={agent} size={16} className="mt-0.5" />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-center gap-2">
          <span className="shrink-0 font-medium">{name}</span>
          <Link
            to={toSessionPath(sessionId)}
            title={`${sessionTitle}: ${chatTitle}`}
            className="min-w-0 truncate rounded-sm text-muted hover:underline"
          >
            {chatTitle === "" || chatTitle === sessionTitle ? sessionTitle : `${sessionTitle}: ${chatTitle}`}
          </Link>
          <span className="tabular ml-auto shrink-0 text-sm text-muted">{describeMemory(warm)}</span>
        </div>
        <div className="flex min-w-0 flex-wrap items-center justify-between gap-x-2">
          <p className="tabular text-sm text-muted">
            {kept}
            {idleSince !== null && (
              <>
                {kept === null ? "used" : ", used"} <RelativeTime at={idleSince} isInSentence />
              </>
            )}
            , opened <RelativeTime at={openedAt} isInSentence />
          </p>
          <span className="-mr-2">
            <WarmActions place={warm} keptBecause={keptBecause} isKeptWarm={warm.isKeptWarm} programs={programs} />
          </span>
        </div>
      </div>
    </li>
  );
}

function describeAll({ agents, shared, maxLive }: WarmAgents): string {
  const bytes = [...agents, ...shared].reduce((sum, { rssBytes }) => sum + (rssBytes ?? 0), 0);
  const memory = bytes > 0 ? `, ${toMemory(bytes)}` : "";
  const over = agents.length > maxLive ? " That is more than the limit, because none of the others can go." : "";
  return `${agents.length} of ${maxLive} warm${memory}.${over}`;
}

function describeMemory({ backend, sharedId, rssBytes }: WarmAgent): string {
  if (sharedId !== null) return "in its server";
  if (backend === "native") return "in BooCode";
  return rssBytes === null ? "memory unknown" : toMemory(rssBytes);
}

const describeUsers = (users: number) => (users === 0 ? "serves no chat now" : `serves ${toCount(users, "chat")}`);
