import { useEffect, useState } from "react";
import { AgentIcon } from "../../agents/agent-icon.tsx";
import { formatDuration } from "../../tasks/format-turn.ts";
import { explainWork, type Work } from "./explain-work.ts";

type WorkingRowProps = {
  agent: string;
  work: Work;
  /** When the turn began, in epoch milliseconds; null until it is known. A start is timed from when the row is first shown. */
  since: number | null;
};

/** Shows what an agent is doing or waiting for, and for how long. */
export function WorkingRow({ agent, work, since }: WorkingRowProps) {
  const isCounted = work.phase === "starting" || (work.phase === "working" && since !== null);
  return (
    <p className="flex h-7 items-center gap-2 text-sm text-muted">
      <span className="animate-[breathe_1.6s_ease-in-out_infinite]">
        <AgentIcon agent={agent} size={14} />
      </span>
      {work.phase === "stopping" ? <Stopping work={work} /> : <Words>{explainWork(work)}</Words>}
      {isCounted && <Elapsed key={since} since={since} />}
    </p>
  );
}

const Words = ({ children }: { children: string }) => <span className="min-w-0 truncate">{children}</span>;

/** Says how firmly a turn is being stopped, timed from when it is first shown: the browser's clock need not be the daemon's. */
function Stopping({ work }: { work: Work }) {
  return <Words>{explainWork(work, useElapsedMs(null))}</Words>;
}

function Elapsed({ since }: { since: number | null }) {
  const seconds = Math.max(0, Math.floor(useElapsedMs(since) / 1_000));
  if (seconds < 2) return null;
  return <span className="tabular shrink-0 text-faint">{seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1_000)}</span>;
}

/** The milliseconds since a moment, or since the component is shown, counted once a second. */
function useElapsedMs(since: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  const [from] = useState(since ?? now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now - from;
}
