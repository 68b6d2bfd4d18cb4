import { readTaskEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Database } from "@boocode/db/database";
import type { Task } from "@boocode/shared/tasks/task";

/** The checkpoints around a turn; null for one that is missing. */
export interface TurnCheckpoints {
  before: string | null;
  after: string | null;
  /** What the one before does not contain: names as text, folders with a trailing slash. */
  leftOutBefore: string[];
}

/** Returns the checkpoints taken before and after a turn. */
export async function findTurnCheckpoints(db: Database, task: Task): Promise<TurnCheckpoints> {
  const bodies = (await readTaskEvents(db.read, task.id, ["checkpoint.taken"])).map(({ body }) => body);
  const find = (when: "before" | "after") => {
    const found = bodies.findLast((body) => body.type === "checkpoint.taken" && body.when === when);
    return found?.type === "checkpoint.taken" ? found : null;
  };
  const before = find("before");
  return { before: before?.commit ?? null, after: find("after")?.commit ?? null, leftOutBefore: before?.leftOut ?? [] };
}
