import { AccessToken } from "@boocode/shared/access/access-token";
import { AccessTokenId, type EpochMs } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { Queryable } from "../database.ts";
import { recordCodec } from "../record-codec.ts";
import type { AccessTokenTable, Schema } from "../schema.ts";

const codec = recordCodec<Omit<AccessTokenTable, "secret_hash" | "daemon_token_hash">, AccessToken>("access token", AccessToken, {
  id: "id",
  name: "name",
  createdAt: "created_at",
  lastUsedAt: "last_used_at",
  revokedAt: "revoked_at",
});

/** The hashes of a token's secret and of the daemon's token under which it is valid. */
export interface TokenHashes {
  secret: string;
  daemonToken: string;
}

/** Stores a token under the hash of its secret. */
export async function insertAccessToken(tx: Transaction<Schema>, token: AccessToken, hashes: TokenHashes): Promise<void> {
  await tx
    .insertInto("access_tokens")
    .values({ ...codec.toRow(token), secret_hash: hashes.secret, daemon_token_hash: hashes.daemonToken })
    .execute();
}

/** Returns the token whose secret has this hash, or null. Never returns a revoked token. */
export async function findAccessTokenByHash(db: Queryable, secretHash: string): Promise<AccessToken | null> {
  const row = await db
    .selectFrom("access_tokens")
    .selectAll()
    .where("secret_hash", "=", secretHash)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/** Returns all tokens, revoked ones included, most recently used first. */
export async function listAccessTokens(db: Queryable): Promise<AccessToken[]> {
  const rows = await db.selectFrom("access_tokens").selectAll().orderBy("last_used_at", "desc").orderBy("id").execute();
  return rows.map(codec.toRecord);
}

/** Revokes a token and returns it; a token revoked before keeps its first time. Returns null if there is no such token. */
export async function revokeAccessToken(tx: Transaction<Schema>, id: AccessTokenId, at: EpochMs): Promise<AccessToken | null> {
  await tx.updateTable("access_tokens").set({ revoked_at: at }).where("id", "=", id).where("revoked_at", "is", null).execute();
  const row = await tx.selectFrom("access_tokens").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? codec.toRecord(row) : null;
}

/**
 * Makes `daemonTokenHash` the daemon's token: revokes every token that is valid under another one, except `keep` (null: none), which is
 * valid under this one from now on. Returns the ids that were valid until now.
 */
export async function moveToDaemonToken(
  tx: Transaction<Schema>,
  daemonTokenHash: string,
  keep: AccessTokenId | null,
  at: EpochMs,
): Promise<AccessTokenId[]> {
  const mayStay = tx.updateTable("access_tokens").set({ daemon_token_hash: daemonTokenHash }).where("revoked_at", "is", null);
  await mayStay.where("daemon_token_hash", "is", null).execute();
  if (keep !== null) await mayStay.where("id", "=", keep).execute();
  const rows = await tx
    .selectFrom("access_tokens")
    .select("id")
    .where("revoked_at", "is", null)
    .where("daemon_token_hash", "<>", daemonTokenHash)
    .execute();
  const ids = rows.map(({ id }) => AccessTokenId.parse(id));
  for (const id of ids) await revokeAccessToken(tx, id, at);
  return ids;
}

/** Records that a token was used. */
export async function touchAccessToken(tx: Transaction<Schema>, id: AccessTokenId, at: EpochMs): Promise<void> {
  await tx.updateTable("access_tokens").set({ last_used_at: at }).where("id", "=", id).execute();
}
