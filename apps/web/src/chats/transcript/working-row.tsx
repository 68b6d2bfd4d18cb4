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
      <span className="min-w-0 truncate">{explainWork(work)}</span>
      {isCounted && <Elapsed key={since} since={since} />}
    </p>
  );
}

function Elapsed({ since }: { since: number | null }) {
  const [now, setNow] = useState(() => Date.now());
  const [from] = useState(since ?? now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - from) / 1_000));
  if (seconds < 2) return null;
  return <span className="tabular shrink-0 text-faint">{seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1_000)}</span>;
}
