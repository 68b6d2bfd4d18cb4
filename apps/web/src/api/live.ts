import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import type { Noun, WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";
import { dropAsked } from "./asked-first.ts";
import { toBackOffMs } from "./back-off.ts";
import { faultOf } from "./faults/explain-fault.ts";
import { whenPlaced } from "./place.ts";
import { SessionEvents } from "./session-events.ts";
import { queryClient, trpc, trpcClient } from "./trpc.ts";

/** The event streams of the open sessions. */
export const sessionEvents = new SessionEvents(
  {
    subscribe: (sessionId, cursor, sink) => {
      const subscription = trpcClient.events.session.subscribe(
        { sessionId, lastEventId: String(cursor) },
        {
          // JSON drops undefined values, so the inferred type has an optional field where the frame has `unknown`.
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

/** How long changes are collected before the affected queries are refetched, in milliseconds. */
const GATHER_MS = 60;

/** The queries to refetch when something of a noun changed. */
const QUERIES_OF: Record<Noun, { queryKey: readonly unknown[] }[]> = {
  // Which skills and commands can be used depends on trust.
  projects: [trpc.projects.pathFilter(), trpc.skills.pathFilter(), trpc.agents.commands.pathFilter()],
  sessions: [trpc.sessions.list.pathFilter(), trpc.sessions.adoptable.pathFilter()],
  layouts: [trpc.sessions.layout.pathFilter()],
  chats: [trpc.chats.list.pathFilter()],
  // A failed turn may have hit a git lock.
  tasks: [trpc.git.status.pathFilter(), trpc.tasks.pathFilter(), trpc.worktreeRisk.locks.pathFilter()],
  // What an agent is told depends on which commands it has.
  agents: [trpc.agents.pathFilter(), trpc.tasks.previewHandoff.pathFilter()],
  agentSessions: [trpc.agentSessions.pathFilter()],
  // What an agent or a terminal did with git shows there.
  worktrees: [trpc.git.pathFilter(), trpc.sessions.pathFilter(), trpc.worktreeRisk.pathFilter(), trpc.projects.trustReport.pathFilter()],
  stashes: [trpc.worktreeRisk.stashes.pathFilter(), trpc.worktreeRisk.droppedStashes.pathFilter()],
  files: [trpc.files.pathFilter()],
  terminals: [trpc.terminals.list.pathFilter()],
  git: [trpc.git.pathFilter()],
  // A session on its way into the trash says so.
  trash: [trpc.trash.pathFilter(), trpc.sessions.pathFilter()],
  // The list of sessions shows how many lines they change. An agent may have written a program that needs trust.
  changes: [
    trpc.git.status.pathFilter(),
    trpc.pendingChanges.pathFilter(),
    trpc.files.tree.pathFilter(),
    trpc.files.read.pathFilter(),
    trpc.sessions.list.pathFilter(),
    trpc.projects.trustReport.pathFilter(),
  ],
  reviews: [trpc.pendingChanges.viewed.pathFilter(), trpc.pendingChanges.comments.pathFilter()],
  permissions: [trpc.permissions.pathFilter()],
  // A budget may hold prompts, or hold them no longer.
  settings: [trpc.settings.pathFilter(), trpc.usage.pathFilter(), trpc.tasks.list.pathFilter()],
  usage: [trpc.usage.pathFilter(), trpc.tasks.list.pathFilter()],
  access: [trpc.access.pathFilter()],
};

/** Keeps all loaded data up to date with the daemon. Call once; it runs as long as the page. */
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
    // Null means every session.
    const known = gathered.get(noun);
    gathered.set(noun, sessionId === undefined || known === null ? null : (known ?? new Set()).add(sessionId));
    timer ??= setTimeout(flush, GATHER_MS);
  };
  const follow = async () => {
    const again = () => void pause(++attempt).then(follow);
    // After a reconnect, the daemon sends the missed changes, or says that there were too many or that it was restarted.
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

/** Refetches the queries that got no answer while the connection was lost. */
function readUnanswered(): void {
  void queryClient.invalidateQueries({ predicate: ({ state }) => state.status === "error" && faultOf(state.error) === null });
}

/** Refetches everything shown, because the missed changes are unknown. */
async function readAllAnew(): Promise<void> {
  // A first fetch under way may also have been answered before the gap: it finishes and is then repeated.
  const underWay = queryClient
    .getQueryCache()
    .findAll({ fetchStatus: "fetching" })
    .filter((query) => query.state.data === undefined);
  await queryClient.invalidateQueries();
  await Promise.all(underWay.map(({ queryKey }) => queryClient.invalidateQueries({ queryKey, exact: true })));
}

/** Refetches a noun's queries. Queries of one session are refetched only if that session changed. */
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
