import type { AccessToken } from "@boocode/shared/access/access-token";
import { AccessTokenId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { scratchDatabase } from "../../test/scratch-database.ts";
import {
  findAccessTokenByHash,
  insertAccessToken,
  listAccessTokens,
  moveToDaemonToken,
  revokeAccessToken,
  touchAccessToken,
} from "./access-token-store.ts";

const token: AccessToken = { id: AccessTokenId.parse("tok-1"), name: "Firefox", createdAt: 1, lastUsedAt: 1, revokedAt: null };
const other: AccessToken = { ...token, id: AccessTokenId.parse("tok-2"), lastUsedAt: 5 };

it("finds a token by its secret's hash until it is revoked", async () => {
  const db = await scratchDatabase();
  await db.write("full", async (tx) => {
    await insertAccessToken(tx, token, { secret: "hash-1", daemonToken: "first" });
    await insertAccessToken(tx, other, { secret: "hash-2", daemonToken: "first" });
  });
  expect(await findAccessTokenByHash(db.read, "hash-1")).toEqual(token);
  expect(await findAccessTokenByHash(db.read, "hash-3")).toBeNull();
  expect(await db.write("full", (tx) => revokeAccessToken(tx, token.id, 7))).toEqual({ ...token, revokedAt: 7 });
  expect(await db.write("full", (tx) => revokeAccessToken(tx, token.id, 8))).toEqual({ ...token, revokedAt: 7 });
  expect(await findAccessTokenByHash(db.read, "hash-1")).toBeNull();
  expect(await findAccessTokenByHash(db.read, "hash-2")).toEqual(other);
  expect(await db.write("full", (tx) => revokeAccessToken(tx, AccessTokenId.parse("nobody"), 8))).toBeNull();
});

it("lists the most recently used first, without hashes", async () => {
  const db = await scratchDatabase();
  await db.write("full", async (tx) => {
    await insertAccessToken(tx, token, { secret: "hash-1", daemonToken: "first" });
    await insertAccessToken(tx, other, { secret: "hash-2", daemonToken: "first" });
    await touchAccessToken(tx, token.id, 9);
  });
  expect(await listAccessTokens(db.read)).toEqual([{ ...token, lastUsedAt: 9 }, other]);
});

it("refuses two tokens with the same hash", async () => {
  const db = await scratchDatabase();
  await db.write("full", (tx) => insertAccessToken(tx, token, { secret: "hash-1", daemonToken: "first" }));
  await expect(db.write("full", (tx) => insertAccessToken(tx, other, { secret: "hash-1", daemonToken: "first" }))).rejects.toThrow(
    /UNIQUE/,
  );
});

it("revokes all tokens but one, and returns those that were valid until then", async () => {
  const db = await scratchDatabase();
  const third: AccessToken = { ...token, id: AccessTokenId.parse("tok-3"), lastUsedAt: 0 };
  await db.write("full", async (tx) => {
    for (const [index, each] of [token, other, third].entries())
      await insertAccessToken(tx, each, { secret: `hash-${index}`, daemonToken: "first" });
    await revokeAccessToken(tx, third.id, 6);
  });
  expect(await db.write("full", (tx) => moveToDaemonToken(tx, "second", other.id, 7))).toEqual([token.id]);
  expect((await listAccessTokens(db.read)).map(({ id, revokedAt }) => [id, revokedAt])).toEqual([
    [other.id, null],
    [token.id, 7],
    [third.id, 6],
  ]);
  expect(await db.write("full", (tx) => moveToDaemonToken(tx, "third", null, 8))).toEqual([other.id]);
});
