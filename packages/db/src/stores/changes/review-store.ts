import { LineComment } from "@boocode/shared/changes/review/line-comment";
import { ChangeId, type CommentId, type SessionId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { LineCommentTable } from "../../change-tables.ts";
import type { Schema } from "../../schema.ts";

const codec = recordCodec<LineCommentTable, LineComment>("comment", LineComment, {
  id: "id",
  sessionId: "session_id",
  changeId: "change_id",
  path: "path",
  side: "side",
  line: "line",
  quote: "quote",
  text: "text",
  createdAt: "created_at",
});

/** Marks a change as viewed, or takes the mark away. Of a session's marks, the newest `most` are kept. */
export async function putViewed(
  tx: Transaction<Schema>,
  { sessionId, changeId, viewedAt, most }: { sessionId: SessionId; changeId: ChangeId; viewedAt: number | null; most: number },
): Promise<void> {
  await tx.deleteFrom("viewed_changes").where("session_id", "=", sessionId).where("change_id", "=", changeId).execute();
  if (viewedAt === null) return;
  await tx.insertInto("viewed_changes").values({ session_id: sessionId, change_id: changeId, viewed_at: viewedAt }).execute();
  const oldest = tx
    .selectFrom("viewed_changes")
    .select("change_id")
    .where("session_id", "=", sessionId)
    .orderBy("viewed_at", "desc")
    .orderBy("change_id")
    .limit(-1)
    .offset(most);
  await tx.deleteFrom("viewed_changes").where("session_id", "=", sessionId).where("change_id", "in", oldest).execute();
}

/** Returns the viewed ones among a session's pending changes: a mark belongs to a content, which has its own id. */
export async function listViewed(db: Queryable, sessionId: SessionId, staged: readonly ChangeId[] = []): Promise<ChangeId[]> {
  const rows = await db
    .selectFrom("viewed_changes")
    .select("viewed_changes.change_id as id")
    .where("viewed_changes.session_id", "=", sessionId)
    .where((eb) =>
      eb.or([
        eb(
          "viewed_changes.change_id",
          "in",
          eb.selectFrom("pending_changes").select("pending_changes.id").where("pending_changes.session_id", "=", sessionId),
        ),
        ...(staged.length === 0 ? [] : [eb("viewed_changes.change_id", "in", [...staged])]),
      ]),
    )
    .orderBy("id")
    .execute();
  return rows.map(({ id }) => ChangeId.parse(id));
}

/** Stores a new comment. */
export async function insertComment(tx: Transaction<Schema>, comment: LineComment): Promise<void> {
  await tx.insertInto("line_comments").values(codec.toRow(comment)).execute();
}

/** Returns a session's comments, oldest first. */
export async function listComments(db: Queryable, sessionId: SessionId): Promise<LineComment[]> {
  const rows = await db
    .selectFrom("line_comments")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(codec.toRecord);
}

/** Removes comments of a session, and returns the ids of those that were there. */
export async function deleteComments(tx: Transaction<Schema>, sessionId: SessionId, ids: readonly CommentId[]): Promise<CommentId[]> {
  if (ids.length === 0) return [];
  const rows = await tx.deleteFrom("line_comments").where("session_id", "=", sessionId).where("id", "in", ids).returningAll().execute();
  return rows.map((row) => codec.toRecord(row).id);
}
