import type { SessionUsage } from "@boocode/shared/usage/usage-sum";
import { useState } from "react";
import { AgentIcon } from "../agents/agent-icon.tsx";
import { useAgents } from "../agents/use-agents.ts";
import { explainError } from "../api/faults/explain-fault.ts";
import { Button } from "../ui/button.tsx";
import { toCount } from "../ui/labels.ts";
import { Segmented } from "../ui/segmented.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { describeCost, describeTokens } from "./describe-sum.ts";
import { useUsageReport } from "./use-usage.ts";
import { UsageTable } from "./usage-table.tsx";

const PERIODS = [
  { value: "1", label: "Today" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "92", label: "92 days" },
] as const;
const SHOWN = 8;

/** What turns used: by day and agent, and by session. */
export function UsageReport() {
  const [period, setPeriod] = useState<(typeof PERIODS)[number]["value"]>("7");
  const { data: report, error, refetch } = useUsageReport(Number(period));
  return (
    <div className="flex flex-col gap-2.5">
      <Segmented label="Period" options={PERIODS} value={period} onChange={setPeriod} />
      {error ? (
        <p className="flex flex-wrap items-center gap-3 text-muted">
          {explainError(error).title}
          <Button size="sm" onClick={() => void refetch()}>
            Try again
          </Button>
        </p>
      ) : report ? (
        <Report key={period} report={report} />
      ) : (
        <Skeleton className="h-32 w-full" />
      )}
    </div>
  );
}

function Report({ report }: { report: NonNullable<ReturnType<typeof useUsageReport>["data"]> }) {
  const { total, days, sessions, sessionCount } = report;
  if (total.turns === 0) return <p className="text-muted">No turn has ended in this time.</p>;
  const cost = describeCost(total);
  return (
    <>
      <p className="tabular text-muted">
        {toCount(total.turns, "turn")}: {describeTokens(total)}
        {cost !== null && `, ${cost}`}
      </p>
      <UsageTable
        label="Usage by day and agent"
        heads={["Day", "Agent"]}
        shown={SHOWN}
        rows={days.map((sum) => ({
          key: `${sum.day} ${sum.agent}`,
          cells: [showDay(sum.day), <AgentName key="agent" agent={sum.agent} />],
          sum,
        }))}
      />
      <UsageTable
        label="Usage by session"
        heads={["Session"]}
        shown={SHOWN}
        rows={sessions.map((sum) => ({ key: sum.sessionId, cells: [nameOf(sum)], sum }))}
      />
      {sessionCount > sessions.length && (
        <p className="text-sm text-muted">
          The {sessions.length} sessions with the most tokens, of {sessionCount}.
        </p>
      )}
    </>
  );
}

function AgentName({ agent }: { agent: string }) {
  const name = useAgents()?.find(({ id }) => id === agent)?.name ?? agent;
  return (
    <span className="flex items-center gap-1.5">
      <AgentIcon agent={agent} size={14} />
      <span className="truncate">{name}</span>
    </span>
  );
}

const nameOf = ({ title, projectName }: SessionUsage) => (
  <span title={`${title ?? "A deleted session"}${projectName === null ? "" : `, ${projectName}`}`}>
    {title ?? <span className="text-faint">deleted</span>}
  </span>
);

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
/** Shows a calendar day, which belongs to no time zone. */
const showDay = (day: string): string => DAY.format(Date.parse(`${day}T00:00:00Z`));
