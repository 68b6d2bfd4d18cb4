import { readTaskEvents } from "@boocode/db/chat-event-store";
import type { Database } from "@boocode/db/database";
import type { Task } from "@boocode/shared/tasks/task";

/** Returns the checkpoints taken before and after a turn; null for one that is missing. */
export async function findTurnCheckpoints(db: Database, task: Task): Promise<{ before: string | null; after: string | null }> {
  const bodies = (await readTaskEvents(db.read, task.id, ["checkpoint.taken"])).map(({ body }) => body);
  const find = (when: "before" | "after") => {
    const found = bodies.findLast((body) => body.type === "checkpoint.taken" && body.when === when);
    return found?.type === "checkpoint.taken" ? found.commit : null;
  };
  return { before: find("before"), after: find("after") };
}
