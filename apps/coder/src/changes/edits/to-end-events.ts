import { isSave, type Edit } from "@boocode/shared/changes/edits/edit";
import type { NewChatEvent } from "@boocode/shared/chats/chat-event";
import { boundChangedPaths } from "@boocode/shared/chats/bound-paths";
import type { ChatId } from "@boocode/shared/ids";
import { BytePath } from "../../platform/git/byte-path.ts";

const TYPES = {
  apply: "changes.applied",
  undo_apply: "changes.applied",
  reject: "changes.rejected",
  undo_reject: "changes.rejected",
  restore: "changes.restored",
  undo_restore: "changes.restored",
  write_staged: null,
  undo_write_staged: null,
  stash: null,
  apply_stash: null,
  undo_apply_stash: null,
  save: null,
  undo_save: null,
} as const;

/**
 * Lists an edit's paths as text: those of the judged changes, or else those of its files and staged edits. A restore judges a turn, not
 * changes, and a save only notes them for its undo.
 */
export function toEditPathTexts({
  kind,
  judged,
  files,
  base,
  staged,
  taskId,
}: Pick<Edit, "kind" | "judged" | "files" | "base" | "staged" | "taskId">): string[] {
  const paths =
    judged.length > 0 && taskId === null && !isSave(kind)
      ? judged.map(({ row }) => row.path)
      : [...[...files, ...base].map(({ path }) => BytePath.toText(BytePath.of(path))), ...staged.map(({ path }) => path)];
  return [...new Set(paths)];
}

/**
 * Returns the events that the journal records when an edit is done: one for each chat whose work was judged, with its paths; one without a
 * chat if there is none. None for an edit that is no judgement. `turnChatId`: the chat of the turn that a restore reverses.
 */
export function toEndEvents(edit: Edit, at: number, turnChatId: ChatId | null = null): NewChatEvent[] {
  const type = TYPES[edit.kind];
  if (type === null) return [];
  const byChat = new Map<ChatId | null, string[]>();
  const add = (chatId: ChatId | null, path: string) => {
    const paths = byChat.get(chatId) ?? [];
    paths.push(path);
    byChat.set(chatId, paths);
  };
  const judged = edit.taskId === null ? edit.judged : [];
  for (const { row } of judged) for (const chatId of row.chatIds.length === 0 ? [null] : row.chatIds) add(chatId, row.path);
  if (judged.length === 0) for (const path of toEditPathTexts(edit)) add(turnChatId, path);
  // Paths of the person's own are told where the others are.
  const own = byChat.get(null) ?? [];
  if (byChat.size > 1) byChat.delete(null);
  return [...byChat].map(([chatId, paths]) => ({
    chatId,
    taskId: null,
    at,
    body: {
      type,
      ...boundChangedPaths([...new Set(chatId === null ? paths : [...paths, ...own])]),
      editId: edit.undoes ?? edit.id,
      undone: edit.undoes !== null,
    },
  }));
}
