import type { Database } from "@boocode/db/database";
import { findPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { deleteComments, insertComment, listComments, listViewed, putViewed } from "@boocode/db/stores/changes/review-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { MAX_COMMENTS, type CommentedLine, type LineComment } from "@boocode/shared/changes/review/line-comment";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { CommentId, type ChangeId, type SessionId } from "@boocode/shared/ids";
import { newId } from "../../platform/new-id.ts";
import type { Time } from "../../platform/time.ts";

export interface ReviewsDeps {
  db: Database;
  time: Pick<Time, "now">;
  /** Lists a session's staged changes, which are not among the stored pending ones. */
  listStaged(sessionId: SessionId): Promise<readonly Pick<PendingChange, "id" | "path">[]>;
}

/** The most marks kept of a session: as many as a list of changes is made for. */
const MAX_VIEWED = 10_000;

/** What a person notes while reading changes: which are viewed, and comments on lines for the agent. */
export class Reviews {
  readonly #deps: ReviewsDeps;

  constructor(deps: ReviewsDeps) {
    this.#deps = deps;
  }

  /** Returns which pending changes are viewed. A changed file has a change with another id, and is not. Faults: `session_not_found`. */
  async listViewed(sessionId: SessionId): Promise<ChangeId[]> {
    await this.#requireSession(sessionId);
    const staged = await this.#deps.listStaged(sessionId);
    return listViewed(
      this.#deps.db.read,
      sessionId,
      staged.map(({ id }) => id),
    );
  }

  /** Marks a pending change as viewed, or not. Faults: `session_not_found`; `change_not_found` if nothing such is pending. */
  async markViewed({ sessionId, changeId, viewed }: { sessionId: SessionId; changeId: ChangeId; viewed: boolean }): Promise<void> {
    const { db, time } = this.#deps;
    await this.#requireChange(sessionId, changeId);
    await db.write("normal", async (tx, announce) => {
      await putViewed(tx, { sessionId, changeId, viewedAt: viewed ? time.now() : null, most: MAX_VIEWED });
      announce.changed("reviews", [changeId], sessionId);
    });
  }

  /** Returns the comments that wait for the next prompt, oldest first. Faults: `session_not_found`. */
  async listComments(sessionId: SessionId): Promise<LineComment[]> {
    await this.#requireSession(sessionId);
    return listComments(this.#deps.db.read, sessionId);
  }

  /** Stores a comment on a line of a pending change. Faults: `session_not_found`; `change_not_found`; `too_many`. */
  async comment(input: CommentedLine & { sessionId: SessionId; changeId: ChangeId; text: string }): Promise<LineComment> {
    const { db, time } = this.#deps;
    const { sessionId, changeId } = input;
    const { path } = await this.#requireChange(sessionId, changeId);
    const at = time.now();
    const { side, line, quote, text } = input;
    const comment = { id: CommentId.parse(newId("cmt", at)), sessionId, changeId, path, side, line, quote, text, createdAt: at };
    await db.write("full", async (tx, announce) => {
      const before = await listComments(tx, sessionId);
      if (before.length >= MAX_COMMENTS) throw new DomainError({ kind: "too_many", what: "comments", limit: MAX_COMMENTS });
      await insertComment(tx, comment);
      announce.changed("reviews", [comment.id], sessionId);
    });
    return comment;
  }

  /** Removes a comment. Faults: `comment_not_found`, also if a prompt has carried it meanwhile. */
  async removeComment(sessionId: SessionId, commentId: CommentId): Promise<void> {
    await this.#deps.db.write("full", async (tx, announce) => {
      const [removed] = await deleteComments(tx, sessionId, [commentId]);
      if (removed === undefined) throw new DomainError({ kind: "comment_not_found", commentId });
      announce.changed("reviews", [commentId], sessionId);
    });
  }

  async #requireSession(sessionId: SessionId): Promise<void> {
    const session = await findSession(this.#deps.db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
  }

  async #requireChange(sessionId: SessionId, changeId: ChangeId): Promise<{ path: string }> {
    await this.#requireSession(sessionId);
    const [written] = await findPendingChanges(this.#deps.db.read, sessionId, [changeId]);
    const change = written ?? (await this.#deps.listStaged(sessionId)).find(({ id }) => id === changeId);
    if (!change) throw new DomainError({ kind: "change_not_found", changeId });
    return change;
  }
}
