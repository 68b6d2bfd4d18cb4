import type { ProjectId, SessionId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { Adopt, Session } from "@boocode/shared/sessions/session";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import { navigate } from "../ui/browser/location.tsx";
import { toSessionPath } from "./session-paths.ts";

/** The query for all sessions, including archived ones, newest activity first. The sidebar, pages and title share it. */
const sessionsQuery = () => trpc.sessions.list.queryOptions({ includeArchived: true });

/** All sessions; undefined until they are loaded. */
export function useSessions(): readonly Session[] | undefined {
  return useQuery(sessionsQuery()).data;
}

/** All sessions as they were last loaded. */
export function readSessions(): readonly Session[] | undefined {
  return queryClient.getQueryData(sessionsQuery().queryKey);
}

/** Matches the cached list of sessions. */
export const sessionsFilter = () => ({ queryKey: sessionsQuery().queryKey });

/** All projects; undefined until they are loaded. */
export function useProjects(): readonly Project[] | undefined {
  return useQuery(trpc.projects.list.queryOptions()).data;
}

/** Starts a session on a project and opens its first chat. `adopt`: what of the person's it works on. */
export async function startSession(projectId: ProjectId, adopt?: Adopt): Promise<void> {
  const session = await trpcClient.sessions.create.mutate({ projectId, ...(adopt && { adopt }) });
  const chats = await trpcClient.chats.list.query({ sessionId: session.id });
  const chat = chats.find((each) => each.closedAt === null) ?? (await trpcClient.chats.create.mutate({ sessionId: session.id }));
  // Put the answers into the cache, so that the page opens without another request.
  putSession(session);
  queryClient.setQueryData(trpc.chats.list.queryKey({ sessionId: session.id }), [chat]);
  navigate(toSessionPath(session.id, chat.id));
}

/** `startSession` as a mutation that reports failures. */
export function useStartSession() {
  return useMutation({ mutationFn: (projectId: ProjectId) => startSession(projectId) });
}

export function useRenameSession() {
  return useMutation({
    mutationFn: (input: { sessionId: SessionId; title: string }) => trpcClient.sessions.rename.mutate(input),
    onSuccess: putSession,
  });
}

export function useArchiveSession() {
  return useMutation({
    mutationFn: (input: { sessionId: SessionId; archived: boolean }) => trpcClient.sessions.archive.mutate(input),
    onSuccess: putSession,
  });
}

/** Stores a session from the daemon's answer in the cached lists. */
function putSession(session: Session): void {
  queryClient.setQueryData(
    sessionsQuery().queryKey,
    (before: Session[] | undefined) =>
      before && [session, ...before.filter((each) => each.id !== session.id)].toSorted((a, b) => b.lastActivityAt - a.lastActivityAt),
  );
}
