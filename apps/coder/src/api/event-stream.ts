import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import type { Seq, SessionId } from "@boocode/shared/ids";
import type { WorkspaceEvent } from "@boocode/shared/workspace/workspace-event";

export interface Reader {
  signal: AbortSignal;
  bufferedBytes(): number;
  closeSocket(reason: string): void;
}

export interface EventStream {
  /** Frames of a session's journal after `cursor`, for ever; `seq` is the frame's last. */
  session(sessionId: SessionId, cursor: Seq, reader: Reader): AsyncGenerator<{ seq: Seq; frame: SessionFrame }>;
  workspace(reader: Reader): AsyncGenerator<WorkspaceEvent>;
}
