import type { ChatEvent } from "../chats/chat-event.ts";
import { foldParts, type FoldedParts } from "../chats/fold-parts.ts";
import type { TaskId } from "../ids.ts";

/** Returns the journal with the folded rows in place of the raw ones. */
export function replaceFolded(journal: readonly ChatEvent[], { removed, inserted }: FoldedParts): ChatEvent[] {
  const gone = new Set(removed);
  return [...journal.filter((event) => !gone.has(event.seq)), ...inserted].toSorted((a, b) => a.seq - b.seq);
}

/** Returns the journal after some of its tasks, all finished, are folded. */
export function foldJournal(journal: readonly ChatEvent[], isFolded: (taskId: TaskId) => boolean = () => true): ChatEvent[] {
  const tasks = new Set(journal.flatMap(({ taskId }) => (taskId !== null && isFolded(taskId) ? [taskId] : [])));
  return [...tasks].reduce((events, id) => replaceFolded(events, foldParts(events.filter((event) => event.taskId === id))), [...journal]);
}
