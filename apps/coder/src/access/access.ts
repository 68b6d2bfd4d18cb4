import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import {
  findAccessTokenByHash,
  insertAccessToken,
  listAccessTokens,
  revokeAccessToken,
  revokeOtherAccessTokens,
  touchAccessToken,
} from "@boocode/db/access-token-store";
import type { Database } from "@boocode/db/database";
import type { AccessToken } from "@boocode/shared/access/access-token";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AccessTokenId } from "@boocode/shared/ids";
import type { Time } from "../platform/time.ts";
import { writeFileDurably } from "../platform/files/durable-file.ts";
import { newId } from "../platform/new-id.ts";
import { Grant, type Principal } from "./principal.ts";

const TOKEN_BYTES = 32;
const TOUCH_EVERY_MS = 60_000;

export interface AccessDeps {
  database: Database;
  time: Pick<Time, "now">;
  /** The daemon's own token, which works until it is changed. */
  daemonToken: string;
  /** Where it is kept; null where a setting names it, and only that can change it. */
  tokenFile: string | null;
}

/** Decides who may speak to the daemon, by bearer tokens: its own, and one for each browser, of which only hashes are kept. */
export class Access {
  readonly #database: Database;
  readonly #time: Pick<Time, "now">;
  readonly #tokenFile: string | null;
  #daemonTokenHash: Buffer;
  #daemonGrant = new Grant({ kind: "daemon_token" });
  /** By token. One that was revoked stays, so that whoever was being let in meanwhile finds it. */
  readonly #browserGrants = new Map<AccessTokenId, Grant>();

  constructor(deps: AccessDeps) {
    this.#database = deps.database;
    this.#time = deps.time;
    this.#tokenFile = deps.tokenFile;
    this.#daemonTokenHash = hash(deps.daemonToken);
  }

  /** Null for a token that is wrong or revoked. Compared in constant time. */
  async authenticate(token: string): Promise<Principal | null> {
    const hashed = hash(token);
    if (timingSafeEqual(hashed, this.#daemonTokenHash)) return this.#daemonGrant.principal;
    const found = await findAccessTokenByHash(this.#database.read, hashed.toString("hex"));
    if (!found) return null;
    const now = this.#time.now();
    if (now - found.lastUsedAt > TOUCH_EVERY_MS) {
      // When it was last used is for the list alone: a disk that takes nothing keeps nobody out, who may be about to stop what fills it.
      await this.#database.write("normal", (tx) => touchAccessToken(tx, found.id, now)).catch(ignoreStorageFailure);
    }
    const { principal } = this.#grantOf(found.id);
    return principal.ended.aborted ? null : principal;
  }

  /**
   * A new token of a browser's own; the only time its secret is told. Only the daemon's token gives any: one that a browser could give
   * would outlive its own. Fault: `daemon_token_required`.
   */
  async exchange(asker: Principal, input: { name: string }): Promise<{ token: string; tokenId: AccessTokenId }> {
    if (asker.kind !== "daemon_token") throw new DomainError({ kind: "daemon_token_required" });
    const token = `bcb_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
    const now = this.#time.now();
    const record: AccessToken = {
      id: AccessTokenId.parse(newId("tok", now)),
      name: input.name,
      createdAt: now,
      lastUsedAt: now,
      revokedAt: null,
    };
    await this.#database.write("full", async (tx, announce) => {
      // The asker's token may have been changed while this waited for its turn to write.
      if (asker.ended.aborted) throw new DomainError({ kind: "unauthorized" });
      await insertAccessToken(tx, record, hash(token).toString("hex"));
      announce.changed("access", [record.id]);
    });
    return { token, tokenId: record.id };
  }

  /** Every token ever given, revoked ones too, last used first. */
  async list(): Promise<AccessToken[]> {
    return await listAccessTokens(this.#database.read);
  }

  /** Takes a browser's token away, and ends what it opened. Revoking twice is fine. Fault: `token_not_found`. */
  async revoke(tokenId: AccessTokenId): Promise<void> {
    await this.#database.write("full", async (tx, announce) => {
      const revoked = await revokeAccessToken(tx, tokenId, this.#time.now());
      if (!revoked) throw new DomainError({ kind: "token_not_found", tokenId });
      announce.changed("access", [tokenId]);
    });
    this.#grantOf(tokenId).end();
  }

  /**
   * Gives the daemon another token of its own, which from now on stands in its file; the one before stops working at once, with what was
   * opened with it and every browser that it let in, but the one that asks. The new one is not told, so that a browser never learns what
   * outlives its own token. Faults: `token_fixed`; `storage_failed`: then the old one still works, or a browser does.
   */
  async rotate(asker: Principal): Promise<{ file: string }> {
    const file = this.#tokenFile;
    if (file === null) throw new DomainError({ kind: "token_fixed" });
    const token = makeDaemonToken();
    try {
      writeFileDurably(file, `${token}\n`);
    } catch (error) {
      throw new DomainError({ kind: "storage_failed", reason: (error as Error).message }, { cause: error });
    }
    const before = this.#daemonGrant;
    this.#daemonTokenHash = hash(token);
    this.#daemonGrant = new Grant({ kind: "daemon_token" });
    before.end();
    const keep = asker.kind === "browser" ? asker.tokenId : null;
    const revoked = await this.#database.write("full", async (tx, announce) => {
      const ids = await revokeOtherAccessTokens(tx, keep, this.#time.now());
      if (ids.length > 0) announce.changed("access", ids);
      return ids;
    });
    for (const tokenId of revoked) this.#grantOf(tokenId).end();
    return { file };
  }

  #grantOf(tokenId: AccessTokenId): Grant {
    const known = this.#browserGrants.get(tokenId);
    if (known) return known;
    const grant = new Grant({ kind: "browser", tokenId });
    this.#browserGrants.set(tokenId, grant);
    return grant;
  }
}

/** A 256-bit token for the daemon itself. */
export function makeDaemonToken(): string {
  return `bcd_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
}

/** What a kept daemon token looks like. */
export const DAEMON_TOKEN_FORM = /^bcd_[\w-]{43}$/;

function ignoreStorageFailure(error: unknown): void {
  if (!(error instanceof DomainError) || error.fault.kind !== "storage_failed") throw error;
}

function hash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
