import type { AgentSessionView } from "@boocode/shared/agents/agent-session-record";
import type { Chat } from "@boocode/shared/chats/chat";
import type { Project } from "@boocode/shared/projects/project";
import type { Session } from "@boocode/shared/sessions/session";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AgentIcon } from "../agents/agent-icon.tsx";
import { BackgroundList, useBackground } from "../agents/background.tsx";
import { describeKept, toMemory } from "../agents/describe-kept.ts";
import { useAgents } from "../agents/use-agents.ts";
import { WarmActions } from "../agents/warm-actions.tsx";
import { trpc } from "../api/trpc.ts";
import { SessionPortsFacts } from "../terminals/session-ports.tsx";
import { TrustFact } from "../trust/trust-fact.tsx";
import { WorktreeFacts } from "../worktrees/worktree-facts.tsx";
import { Badge } from "../ui/badge.tsx";
import { toShortCount } from "../ui/labels.ts";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { describeCost, describeTokens, NOT_REPORTED } from "../usage/describe-sum.ts";
import { SessionUsage } from "../usage/session-usage.tsx";
import { useBudget } from "../usage/use-usage.ts";
import { useChats } from "./use-chats.ts";

/** The "Session" tab of the rail: the location of its files, and its agents with their usage. */
export default function SessionDetails({ session, project }: { session: Session; project: Project | undefined }) {
  return (
    <div className="flex flex-col gap-6 p-4">
      <section>
        <h2 className="mb-1 font-medium">Files</h2>
        {project && (
          <p className="mb-1 flex items-center gap-2 text-muted">
            Project <span className="text-ink">{project.name}</span>
            {project.isDemo && <Badge>demo</Badge>}
          </p>
        )}
        <WorktreeFacts session={session} />
        <TrustFact projectId={session.projectId} sessionId={session.id} />
      </section>
      <section>
        <h2 className="mb-1 font-medium">Usage</h2>
        <SessionUsage sessionId={session.id} />
      </section>
      <section>
        <h2 className="mb-1 font-medium">Agents</h2>
        <AgentSessions session={session} />
      </section>
      <InBackground session={session} />
      <SessionPortsFacts sessionId={session.id} />
    </div>
  );
}

/** The background processes of the session. Renders nothing if there are none. */
function InBackground({ session }: { session: Session }) {
  const processes = useBackground(session.id);
  if (processes.length === 0) return null;
  return (
    <section>
      <h2 className="mb-1 font-medium">In the background</h2>
      <p className="mb-2 text-muted">Left running by commands. Ends with its chat, this session or BooCode.</p>
      <div className="text-sm text-muted">
        <BackgroundList sessionId={session.id} processes={processes} />
      </div>
    </section>
  );
}

function AgentSessions({ session }: { session: Session }) {
  const { data: rows } = useQuery(trpc.agentSessions.list.queryOptions({ sessionId: session.id }));
  const { data: chats } = useChats(session.id);
  if (!rows) return <Skeleton className="h-10 w-full" />;
  if (rows.length === 0) return <p className="text-muted">No agent has worked here yet.</p>;
  return (
    <ul className="flex flex-col divide-y divide-line">
      {rows.map((row) => (
        <AgentSessionRow
          key={`${row.chatId} ${row.agent}`}
          session={session}
          row={row}
          chat={chats?.find((chat) => chat.id === row.chatId)}
        />
      ))}
    </ul>
  );
}

function AgentSessionRow({ session, row, chat }: { session: Session; row: AgentSessionView; chat: Chat | undefined }) {
  const name = useAgents()?.find((agent) => agent.id === row.agent)?.name ?? row.agent;
  const kept = row.keptBecause === null || row.keptBecause === "busy" ? null : describeKept(row.keptBecause, row.programs);
  const used = useBudget(session.id)?.session?.chats.find(({ chatId, agent }) => chatId === row.chatId && agent === row.agent);
  const warmth = row.warm ? `warm${kept ? `, ${kept}` : ""}` : "not running";
  return (
    <li className="py-2.5">
      <div className="flex min-w-0 items-center gap-2">
        <AgentIcon agent={row.agent} size={14} />
        <span className="shrink-0 font-medium">{name}</span>
        {chat && (
          <span className="min-w-0 truncate text-muted" title={chat.title}>
            {chat.title}
          </span>
        )}
        <RelativeTime at={row.lastUsedAt} className="tabular ml-auto shrink-0 text-sm text-faint" />
      </div>
      <dl className="mt-1.5 grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 pl-[22px] text-sm text-muted">
        <Fact name="State">
          {row.status === "busy" ? "working" : row.status}, {warmth}
        </Fact>
        <Fact name="Tokens">
          {used === undefined ? "none yet" : describeTokens(used)}
          {used?.cachedTokens ? `, ${toShortCount(used.cachedTokens)} from cache` : null}
        </Fact>
        <Fact name="Context">
          {row.contextUsed === null
            ? NOT_REPORTED
            : `${toShortCount(row.contextUsed)}${row.contextSize ? ` of ${toShortCount(row.contextSize)}` : ""}`}
        </Fact>
        {used && <Fact name="Cost">{describeCost(used) ?? NOT_REPORTED}</Fact>}
        {row.rssBytes !== null && (
          <Fact name="Memory">
            {toMemory(row.rssBytes)}
            {row.isShared && ", shared with other chats"}
          </Fact>
        )}
        {row.openedAt !== null && (
          <Fact name="Opened">
            <RelativeTime at={row.openedAt} isInSentence />
          </Fact>
        )}
      </dl>
      {row.keptBecause !== null && (
        <div className="mt-1 pl-3.5">
          <WarmActions
            place={{ sessionId: session.id, chatId: row.chatId, agent: row.agent }}
            keptBecause={row.keptBecause}
            isKeptWarm={row.isKeptWarm}
            programs={row.programs}
          />
        </div>
      )}
    </li>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="tabular min-w-0 truncate">{children}</dd>
    </>
  );
}
