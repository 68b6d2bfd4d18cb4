import { useQuery } from "@tanstack/react-query";
import { trpc } from "../../api/trpc.ts";
import { useSessions } from "../use-sessions.ts";
import type { OpenTask } from "../../tasks/use-open-tasks.ts";

/** The messages that a budget holds until the person decides, in all sessions, the longest waiting first. Asks only while a session needs the person. */
export function useHeldTasks(): OpenTask[] {
  const enabled = useSessions()?.some(({ attention }) => attention === "needs_you") ?? false;
  const { data = [] } = useQuery({ ...trpc.tasks.list.queryOptions({ states: ["queued"], limit: 100 }), enabled });
  return enabled ? data.filter(({ overBudget }) => overBudget !== null).toSorted((a, b) => a.acceptedSeq - b.acceptedSeq) : [];
}
