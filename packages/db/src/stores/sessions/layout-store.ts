import type { SessionId } from "@boocode/shared/ids";
import type { StoredLayout } from "@boocode/shared/panes/decide-save-layout";
import { decodeLayout, type Layout } from "@boocode/shared/panes/layout";
import type { Transaction } from "kysely";
import type { Queryable } from "../../database.ts";
import type { Schema } from "../../schema.ts";

/** Returns a session's layout. One that cannot be read is null: the page makes it anew, and nothing else is lost with it. */
export async function findLayout(db: Queryable, sessionId: SessionId): Promise<StoredLayout> {
  const row = await db.selectFrom("layouts").select(["revision", "layout"]).where("session_id", "=", sessionId).executeTakeFirst();
  return row ? { revision: row.revision, layout: decodeText(row.layout) } : { revision: 0, layout: null };
}

/** Stores the next layout of an existing session, and returns its revision. */
export async function putLayout(tx: Transaction<Schema>, sessionId: SessionId, layout: Layout): Promise<number> {
  const text = JSON.stringify(layout);
  const { revision } = await tx
    .insertInto("layouts")
    .values({ session_id: sessionId, revision: 1, layout: text })
    .onConflict((conflict) =>
      conflict.column("session_id").doUpdateSet((row) => ({ revision: row("layouts.revision", "+", 1), layout: text })),
    )
    .returning("revision")
    .executeTakeFirstOrThrow();
  return revision;
}

function decodeText(text: string): Layout | null {
  try {
    return decodeLayout(JSON.parse(text));
  } catch {
    return null;
  }
}
