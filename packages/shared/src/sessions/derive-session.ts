import type { EpochMs } from "../ids.ts";
import { hasEnded } from "../tasks/task-transitions.ts";
import type { Task } from "../tasks/task.ts";
import type { Session } from "./session.ts";

export interface SessionFacts {
  /** Its open tasks, and at least the one that ended last. */
  tasks: readonly Pick<Task, "state" | "acceptedSeq" | "endedAt">[];
  /** Permissions that wait for the person. */
  openPermissions: number;
  /** When the person last looked at the session; null where nobody keeps track, and then nothing counts as unseen. */
  seenAt: EpochMs | null;
}

/**
 * What a session's row shows.
 *
 * A question outweighs everything. A failure is shown until the next task, and only while nothing is under way;
 * a task that was stopped by the person asks for nothing.
 */
export function deriveSession({ tasks, openPermissions, seenAt }: SessionFacts): Pick<Session, "status" | "attention"> {
  const isRunning = tasks.some((task) => task.state === "running");
  const isQueued = tasks.some((task) => task.state === "queued");
  const status = isRunning ? "running" : isQueued ? "queued" : "idle";
  if (openPermissions > 0) return { status, attention: "needs_you" };
  if (status !== "idle") return { status, attention: "none" };

  const last = tasks
    .filter(hasEnded)
    .toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.acceptedSeq - b.acceptedSeq)
    .at(-1);
  if (last?.state === "failed" || last?.state === "interrupted") return { status, attention: "failed" };
  const isUnseen = last?.state === "completed" && seenAt !== null && (last.endedAt ?? 0) > seenAt;
  return { status, attention: isUnseen ? "done" : "none" };
}
