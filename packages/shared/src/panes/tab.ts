import { z } from "zod";
import { ChatId, TaskId, TerminalId } from "../ids.ts";

/** One tab of a pane: a chat, a terminal, code, or the changes. A code tab without a path shows the file tree. */
export const Tab = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("chat"), chatId: ChatId }),
  z.object({ kind: z.literal("terminal"), terminalId: TerminalId }),
  /** `path` is relative to the worktree. */
  z.object({ kind: z.literal("code"), path: z.string().min(1).max(4_096).nullable() }),
  /** The pending changes; with a task, those of its turn. */
  z.object({ kind: z.literal("changes"), taskId: TaskId.nullable() }),
]);
export type Tab = z.infer<typeof Tab>;

/** Returns the key of a tab in a layout: equal for equal tabs, and unique otherwise within a session. */
export function toTabKey(tab: Tab): string {
  switch (tab.kind) {
    case "chat":
      return `chat:${tab.chatId}`;
    case "terminal":
      return `terminal:${tab.terminalId}`;
    case "code":
      return tab.path === null ? "code" : `code:${tab.path}`;
    case "changes":
      return tab.taskId === null ? "changes" : `changes:${tab.taskId}`;
  }
}
