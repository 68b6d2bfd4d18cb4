import type { EpochMs } from "../ids.ts";
import { hasEnded } from "../tasks/task-transitions.ts";
import type { Task } from "../tasks/task.ts";
import type { Session } from "./session.ts";

export interface SessionFacts {
  /** The session's open tasks, and at least the task that ended last. */
  tasks: readonly Pick<Task, "state" | "acceptedSeq" | "endedAt">[];
  /** The number of permissions that wait for the person. */
  openPermissions: number;
  /** True if a budget holds a prompt until the person decides. */
  isHeld: boolean;
  /** When the person last viewed the session; null if that is not tracked, and then nothing counts as unseen. */
  seenAt: EpochMs | null;
}

/**
 * Derives the status and attention of a session's row.
 *
 * An open permission and a prompt that a budget holds outrank everything. A failure is shown until the next task, and only while nothing is queued or running. A task
 * stopped by the person asks for no attention.
 */
export function deriveSession({ tasks, openPermissions, isHeld, seenAt }: SessionFacts): Pick<Session, "status" | "attention"> {
  const isRunning = tasks.some((task) => task.state === "running");
  const isQueued = tasks.some((task) => task.state === "queued");
  const status = isRunning ? "running" : isQueued ? "queued" : "idle";
  if (openPermissions > 0 || isHeld) return { status, attention: "needs_you" };
  if (status !== "idle") return { status, attention: "none" };

  const last = tasks
    .filter(hasEnded)
    .toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.acceptedSeq - b.acceptedSeq)
    .at(-1);
  if (last?.state === "failed" || last?.state === "interrupted") return { status, attention: "failed" };
  const isUnseen = last?.state === "completed" && seenAt !== null && (last.endedAt ?? 0) > seenAt;
  return { status, attention: isUnseen ? "done" : "none" };
}
