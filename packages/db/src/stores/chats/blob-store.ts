import { type Attachment, type AttachmentInput, Blob } from "@boocode/shared/attachments/attachment";
import type { BlobId, EpochMs, TaskId } from "@boocode/shared/ids";
import type { ExpressionBuilder, Transaction } from "kysely";
import type { BlobTable } from "../../blob-tables.ts";
import type { Queryable } from "../../database.ts";
import { recordCodec } from "../../record-codec.ts";
import type { Schema } from "../../schema.ts";

const codec = recordCodec<BlobTable, Blob>("file", Blob, { id: "id", bytes: "bytes", type: "type", heldSince: "held_since" });

/** Stores a content, or notes that a known one is held for another prompt. */
export async function holdBlob(tx: Transaction<Schema>, blob: Blob): Promise<void> {
  await tx
    .insertInto("blobs")
    .values(codec.toRow(blob))
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ held_since: blob.heldSince }))
    .execute();
}

/** Returns the content, or null. */
export async function findBlob(db: Queryable, id: BlobId): Promise<Blob | null> {
  const row = await db.selectFrom("blobs").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns the files that a prompt names as they are stored, in its order; null for one that is not. */
export async function findAttachments(db: Queryable, wanted: readonly AttachmentInput[]): Promise<(Attachment | null)[]> {
  if (wanted.length === 0) return [];
  const ids = wanted.map(({ blobId }) => blobId);
  const rows = await db.selectFrom("blobs").selectAll().where("id", "in", ids).execute();
  const known = new Map(rows.map(codec.toRecord).map((blob) => [blob.id, blob]));
  return wanted.map(({ blobId, name }) => {
    const blob = known.get(blobId);
    return blob ? { blobId, name, bytes: blob.bytes, type: blob.type } : null;
  });
}

/** Records which contents a prompt carries, in place of those before. They are kept as long as its task. */
export async function setBlobUses(tx: Transaction<Schema>, taskId: TaskId, ids: readonly BlobId[]): Promise<void> {
  await tx.deleteFrom("blob_uses").where("task_id", "=", taskId).execute();
  if (ids.length === 0) return;
  const unique = [...new Set(ids)];
  await tx
    .insertInto("blob_uses")
    .values(unique.map((id) => ({ task_id: taskId, blob_id: id })))
    .execute();
  await tx.updateTable("blobs").set({ held_since: null }).where("id", "in", unique).execute();
}

/** Keeps contents for a prompt that is not sent yet, for which no other prompt has to carry them. Unknown ones are left out. */
export async function touchBlob(tx: Transaction<Schema>, id: BlobId, heldSince: EpochMs): Promise<void> {
  await tx.updateTable("blobs").set({ held_since: heldSince }).where("id", "=", id).where("held_since", "is not", null).execute();
}

/** Returns at most `limit` contents that no prompt carries, and that none was waiting for since `heldBefore`. */
export async function listUnusedBlobs(db: Queryable, heldBefore: EpochMs, limit: number): Promise<BlobId[]> {
  const rows = await db.selectFrom("blobs").select("id").where(isUnused(heldBefore)).limit(limit).execute();
  return rows.map(({ id }) => id as BlobId);
}

/** Forgets a content, unless a prompt carries it or one was waiting for it since `heldBefore`. Returns whether it was forgotten. */
export async function deleteUnusedBlob(tx: Transaction<Schema>, id: BlobId, heldBefore: EpochMs): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom("blobs").where("id", "=", id).where(isUnused(heldBefore)).executeTakeFirst();
  return numDeletedRows > 0n;
}

const isUnused = (heldBefore: EpochMs) => (eb: ExpressionBuilder<Schema, "blobs">) =>
  eb.and([
    eb.or([eb("held_since", "is", null), eb("held_since", "<", heldBefore)]),
    eb.not(eb.exists(eb.selectFrom("blob_uses").select("blob_uses.blob_id").whereRef("blob_uses.blob_id", "=", "blobs.id"))),
  ]);
