import type { SessionId, TaskId } from "@boocode/shared/ids";
import { createContext, useContext } from "react";
import type { OpenTurn } from "./diff/open-turn.ts";

/** What surrounds the changes of a session: where they can be shown, and who works there. */
export interface ChangesFrame {
  sessionId: SessionId;
  /** The agent whose turn runs in the worktree; null if none does. */
  running: string | null;
  /** The agent and the mode that the session's chat is about to use; null as long as its chats are not known. */
  chosen: { agent: string; model: string; mode: string } | null;
  /** Shows the changes as a tab, or those of one turn. */
  openWide(taskId: TaskId | null): void;
  /** Shows the turn that wrote a line. */
  openTurn: OpenTurn;
  /** Adds a text to the composer of the session's chat and shows it. */
  compose(text: string): void;
  /** Sends a text to the agent of the session's chat, as the person's, and shows the chat. */
  send(text: string): void;
  /** Shows a file of the worktree in the code tab. */
  openFile(path: string): void;
}

const Frame = createContext<ChangesFrame | null>(null);

/** Provides the frame to everything of the session that shows changes. */
export const ChangesFrameProvider = Frame.Provider;

/** The frame of the session around this component. */
export function useChangesFrame(): ChangesFrame {
  const frame = useContext(Frame);
  if (!frame) throw new Error("Changes are shown only inside a session.");
  return frame;
}
