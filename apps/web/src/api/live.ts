import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import type { Noun, WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";
import { dropAsked } from "./asked-first.ts";
import { toBackOffMs } from "./back-off.ts";
import { faultOf } from "./explain-fault.ts";
import { whenPlaced } from "./place.ts";
import { SessionEvents } from "./session-events.ts";
import { queryClient, trpc, trpcClient } from "./trpc.ts";

/** The frames of open sessions. */
export const sessionEvents = new SessionEvents(
  {
    subscribe: (sessionId, cursor, sink) => {
      const subscription = trpcClient.events.session.subscribe(
        { sessionId, lastEventId: String(cursor) },
        {
          // JSON drops what is undefined, which its type tells as optional where the frame says unknown.
          onData: ({ id, data }) => sink.onFrame(Number(id), data as SessionFrame),
          onError: (error) => sink.onStopped(error),
          onComplete: () => sink.onStopped(null),
        },
      );
      return () => subscription.unsubscribe();
    },
  },
  {
    wait: (error, attempt) => (faultOf(error)?.kind === "session_not_found" ? null : pause(attempt)),
  },
);

/** How long changes are gathered before what they touch is read again, in milliseconds. */
const GATHER_MS = 60;

/** What to read again when something of a noun changed. */
const QUERIES_OF: Record<Noun, { queryKey: readonly unknown[] }[]> = {
  projects: [trpc.projects.pathFilter()],
  sessions: [trpc.sessions.pathFilter()],
  chats: [trpc.chats.list.pathFilter()],
  // A turn that failed may have met a lock of git's.
  tasks: [trpc.tasks.pathFilter(), trpc.worktreeRisk.locks.pathFilter()],
  agents: [trpc.agents.pathFilter()],
  agentSessions: [trpc.agentSessions.pathFilter()],
  worktrees: [trpc.sessions.pathFilter(), trpc.worktreeRisk.pathFilter(), trpc.projects.trustReport.pathFilter()],
  // What an agent wrote may be something that wants to run.
  changes: [trpc.pendingChanges.pathFilter(), trpc.projects.trustReport.pathFilter()],
  permissions: [trpc.permissions.pathFilter()],
  settings: [trpc.settings.pathFilter()],
  access: [trpc.access.pathFilter()],
};

/** Keeps everything that was read as fresh as the daemon knows it. Call once; it lasts as long as the page. */
export function followWorkspace(): void {
  let attempt = 0;
  const gathered = new Map<Noun, Set<string> | null>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    for (const [noun, sessionIds] of gathered) readAgain(noun, sessionIds);
    gathered.clear();
  };
  const gather = ({ noun, sessionId }: WorkspaceEvent) => {
    // Null stands for every session.
    const known = gathered.get(noun);
    gathered.set(noun, sessionId === undefined || known === null ? null : (known ?? new Set()).add(sessionId));
    timer ??= setTimeout(flush, GATHER_MS);
  };
  const follow = async () => {
    const again = () => void pause(++attempt).then(follow);
    // Also after the line was lost: then what was missed is told, or that it was too much, or another daemon's.
    const since = await whenPlaced();
    trpcClient.events.workspace.subscribe(
      { since },
      {
        onStarted: readUnanswered,
        onData: (event) => {
          attempt = 0;
          dropAsked();
          if (event.kind === "anew") void readAllAnew();
          else gather(event);
        },
        onError: again,
        onComplete: again,
      },
    );
  };
  void follow();
}

/** What never got an answer while the line was lost is asked for again. */
function readUnanswered(): void {
  void queryClient.invalidateQueries({ predicate: ({ state }) => state.status === "error" && faultOf(state.error) === null });
}

/** What changed meanwhile cannot be told: everything shown is read anew. */
async function readAllAnew(): Promise<void> {
  // A first reading that is under way may have been answered before, too: it is let finish, and done once more.
  const underWay = queryClient
    .getQueryCache()
    .findAll({ fetchStatus: "fetching" })
    .filter((query) => query.state.data === undefined);
  await queryClient.invalidateQueries();
  await Promise.all(underWay.map(({ queryKey }) => queryClient.invalidateQueries({ queryKey, exact: true })));
}

/** Of queries that name a session, only those of the sessions that changed. */
function readAgain(noun: Noun, sessionIds: ReadonlySet<string> | null): void {
  for (const filter of QUERIES_OF[noun]) {
    void queryClient.invalidateQueries({
      ...filter,
      predicate: ({ queryKey }) => {
        const { input } = (queryKey[1] ?? {}) as { input?: { sessionId?: string } };
        return !sessionIds || input?.sessionId === undefined || sessionIds.has(input.sessionId);
      },
    });
  }
}

function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, toBackOffMs(attempt, Math.random())));
}
