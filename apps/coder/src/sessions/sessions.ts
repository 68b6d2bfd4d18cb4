import type { ProjectId, SessionId } from "@boocode/shared/ids";
import type { CreateSessionInput, Session } from "@boocode/shared/sessions/session";

export interface Sessions {
  /** Newest activity first, without deleted ones. */
  list(input: { projectId?: ProjectId | undefined; includeArchived?: boolean | undefined }): Promise<Session[]>;
  find(sessionId: SessionId): Promise<Session>;
  create(input: CreateSessionInput): Promise<Session>;
  rename(sessionId: SessionId, title: string): Promise<Session>;
  /** Refused while a task is open. The worktree stays. */
  archive(sessionId: SessionId, archived: boolean): Promise<Session>;
}
