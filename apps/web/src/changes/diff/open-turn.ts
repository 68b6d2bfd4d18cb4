import type { ChatId, TaskId } from "@boocode/shared/ids";

/** Opens a chat at the beginning of one of its turns. */
export type OpenTurn = (chatId: ChatId, taskId: TaskId) => void;
