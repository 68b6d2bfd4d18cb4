import type { BackgroundProcess } from "@boocode/shared/agents/processes/background-process";
import type { SessionId, TaskId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { createContext, useContext, type ReactNode } from "react";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";

/** Polling interval while background processes exist, because no event reports that one ended by itself. In milliseconds. */
const LOOK_EVERY_MS = 5_000;
const NONE: readonly BackgroundProcess[] = [];

interface Background {
  sessionId: SessionId | null;
  processes: readonly BackgroundProcess[];
}

const BackgroundContext = createContext<Background>({ sessionId: null, processes: NONE });

/** The background processes of a session; empty until they are loaded. */
export function useBackground(sessionId: SessionId): readonly BackgroundProcess[] {
  const { data = NONE } = useQuery({
    ...trpc.agentSessions.processes.queryOptions({ sessionId }),
    refetchInterval: ({ state }) => ((state.data?.length ?? 0) > 0 ? LOOK_EVERY_MS : false),
  });
  return data;
}

/** Provides a session's background processes to the turn footers below. */
export function BackgroundOfSession({ sessionId, children }: { sessionId: SessionId; children: ReactNode }) {
  const processes = useBackground(sessionId);
  return <BackgroundContext value={{ sessionId, processes }}>{children}</BackgroundContext>;
}

/** "Still running" under a turn, with each program the turn left. Renders nothing if there are none. */
export function LeftByTurn({ taskId }: { taskId: TaskId | null }) {
  const { sessionId, processes } = useContext(BackgroundContext);
  const left = processes.filter((one) => one.taskId !== null && one.taskId === taskId);
  if (sessionId === null || left.length === 0) return null;
  return (
    <div className="mt-1.5 flex items-baseline gap-2 text-xs text-muted">
      <span className="shrink-0">Still running</span>
      <BackgroundList sessionId={sessionId} processes={left} />
    </div>
  );
}

/** Lists background processes with their commands, each with a button that ends it. */
export function BackgroundList({ sessionId, processes }: { sessionId: SessionId; processes: readonly BackgroundProcess[] }) {
  return (
    <ul aria-label="Still running" className="flex min-w-0 flex-col gap-0.5">
      {processes.map((one) => (
        <BackgroundRow key={`${one.pid} ${one.startTime}`} sessionId={sessionId} process={one} />
      ))}
    </ul>
  );
}

function BackgroundRow({ sessionId, process: { pid, startTime, command } }: { sessionId: SessionId; process: BackgroundProcess }) {
  const end = useMutation({
    mutationFn: () => trpcClient.agentSessions.endProcess.mutate({ sessionId, pid, startTime }),
    onSettled: () => queryClient.invalidateQueries(trpc.agentSessions.processes.pathFilter()),
  });
  const name = command === "" ? `process ${pid}` : command;
  return (
    <li className="flex min-w-0 items-baseline gap-2">
      <code title={name} className="min-w-0 truncate font-mono">
        {name}
      </code>
      <button
        type="button"
        aria-label={`End ${name}`}
        disabled={end.isPending}
        onClick={() => end.mutate()}
        className="shrink-0 rounded-sm underline decoration-line-strong underline-offset-2 transition-colors hover:text-ink hover:decoration-current disabled:opacity-60"
      >
        {end.isPending ? "Ending" : "End"}
      </button>
    </li>
  );
}
