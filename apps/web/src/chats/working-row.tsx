import { useEffect, useState } from "react";
import { AgentIcon } from "../agents/agent-icon.tsx";
import { formatDuration } from "../tasks/format-turn.ts";

const WORDS = { starting: "Starting", working: "Working", asking: "Waits for your answer", stopping: "Stopping…" };

type WorkingRowProps = {
  agent: string;
  /** When the turn began, in epoch milliseconds; null until that is known. */
  since: number | null;
  phase: keyof typeof WORDS;
};

/** That an agent is at work, and for how long. */
export function WorkingRow({ agent, since, phase }: WorkingRowProps) {
  return (
    <p className="flex h-7 items-center gap-2 text-sm text-muted">
      <span className="animate-[breathe_1.6s_ease-in-out_infinite]">
        <AgentIcon agent={agent} size={14} />
      </span>
      {WORDS[phase]}
      {since !== null && phase === "working" && <Elapsed since={since} />}
    </p>
  );
}

function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - since) / 1_000));
  return seconds < 2 ? null : <span className="tabular text-faint">{seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1_000)}</span>;
}
