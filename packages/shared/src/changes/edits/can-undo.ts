import { UNDO_KEPT_MS, type Edit } from "./edit.ts";

/** Whether an edit may be taken back: it is done, is no undo itself, and its contents are still kept. */
export function canUndo({ state, undoes, endedAt }: Pick<Edit, "state" | "undoes" | "endedAt">, now: number): boolean {
  return state === "done" && undoes === null && endedAt !== null && now - endedAt < UNDO_KEPT_MS;
}
