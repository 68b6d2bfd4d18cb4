import type { SessionId } from "@boocode/shared/ids";
import { trpcClient } from "../../api/trpc.ts";

const LOOK_EVERY_MS = 250;
/** How long agents are waited for, in milliseconds. One that takes longer is a finding of the next look. */
const PATIENCE_MS = 8_000;

/** Stops everything that runs or waits in a session, and waits until it has ended. Failures show in the next look. */
export async function stopTasks(sessionId: SessionId): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  const asked = new Set<string>();
  for (;;) {
    const open = await trpcClient.tasks.list.query({ sessionId, states: ["queued", "running"], limit: 100 }).catch(() => []);
    if (open.length === 0 || performance.now() > until) return;
    // The waiting ones first, so that none begins when the running one has ended.
    const waitingFirst = open
      .filter(({ id }) => !asked.has(id))
      .toSorted((a, b) => Number(a.state === "running") - Number(b.state === "running"));
    for (const { id } of waitingFirst) {
      asked.add(id);
      await trpcClient.tasks.cancel.mutate({ taskId: id }).catch(() => null);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
