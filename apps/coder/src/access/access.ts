import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import {
  findAccessTokenByHash,
  insertAccessToken,
  listAccessTokens,
  moveToDaemonToken,
  revokeAccessToken,
  touchAccessToken,
} from "@boocode/db/stores/access-token-store";
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
  /** The daemon's own token. It is valid until it is rotated. */
  daemonToken: string;
  /** The file that stores it; null if a setting supplies the token, which only that setting can change. */
  tokenFile: string | null;
}

/** Authenticates clients of the daemon by bearer tokens: the daemon's own, and one per browser. Only hashes of tokens are stored. */
export class Access {
  readonly #database: Database;
  readonly #time: Pick<Time, "now">;
  readonly #tokenFile: string | null;
  #daemonTokenHash: Buffer;
  #daemonGrant = new Grant({ kind: "daemon_token" });
  /** Grants by token. Revoked ones are kept, so that a request that was being authenticated meanwhile finds its grant ended. */
  readonly #browserGrants = new Map<AccessTokenId, Grant>();

  constructor(deps: AccessDeps) {
    this.#database = deps.database;
    this.#time = deps.time;
    this.#tokenFile = deps.tokenFile;
    this.#daemonTokenHash = hash(deps.daemonToken);
  }

  /**
   * Revokes every browser that another daemon's token has admitted: the setting that supplies the token, or its file, may have changed since
   * the last start. Run it before anyone is let in. Fault: `storage_failed`.
   */
  async begin(): Promise<void> {
    await this.#database.write("full", (tx) => moveToDaemonToken(tx, toHex(this.#daemonTokenHash), null, this.#time.now()));
  }

  /** Returns the principal of a token, or null if the token is wrong or revoked. Compares in constant time. */
  async authenticate(token: string): Promise<Principal | null> {
    const hashed = hash(token);
    if (timingSafeEqual(hashed, this.#daemonTokenHash)) return this.#daemonGrant.principal;
    const found = await findAccessTokenByHash(this.#database.read, toHex(hashed));
    if (!found) return null;
    const now = this.#time.now();
    if (now - found.lastUsedAt > TOUCH_EVERY_MS) {
      // The time of last use is only displayed. A full disk must not lock out a person who may be about to free space.
      await this.#database.write("normal", (tx) => touchAccessToken(tx, found.id, now)).catch(ignoreStorageFailure);
    }
    const { principal } = this.#grantOf(found.id);
    return principal.ended.aborted ? null : principal;
  }

  /**
   * Creates a token for a browser. Its secret is returned only here. Only the daemon's token may create tokens: one created by a browser
   * would outlive the browser's own. Fault: `daemon_token_required`.
   */
  async exchange(caller: Principal, input: { name: string }): Promise<{ token: string; tokenId: AccessTokenId }> {
    if (caller.kind !== "daemon_token") throw new DomainError({ kind: "daemon_token_required" });
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
      // The caller's token may have been rotated while this write was queued.
      if (caller.ended.aborted) throw new DomainError({ kind: "unauthorized" });
      await insertAccessToken(tx, record, { secret: toHex(hash(token)), daemonToken: toHex(this.#daemonTokenHash) });
      announce.changed("access", [record.id]);
    });
    return { token, tokenId: record.id };
  }

  /** Lists all tokens, revoked ones included, most recently used first. */
  async list(): Promise<AccessToken[]> {
    return await listAccessTokens(this.#database.read);
  }

  /** Revokes a browser's token and ends its connections. Idempotent. Fault: `token_not_found`. */
  async revoke(tokenId: AccessTokenId): Promise<void> {
    await this.#database.write("full", async (tx, announce) => {
      const revoked = await revokeAccessToken(tx, tokenId, this.#time.now());
      if (!revoked) throw new DomainError({ kind: "token_not_found", tokenId });
      announce.changed("access", [tokenId]);
    });
    this.#grantOf(tokenId).end();
  }

  /**
   * Replaces the daemon's own token and writes the new one to its file. The old token stops working at once; its connections end, and every
   * browser it admitted is revoked except the caller. The new token is not returned, because a browser must not learn a secret that
   * outlives its own token. Faults: `token_fixed`; `storage_failed`, after which either the old token or a browser still works.
   */
  async rotate(caller: Principal): Promise<{ file: string }> {
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
    const keep = caller.kind === "browser" ? caller.tokenId : null;
    const revoked = await this.#database.write("full", async (tx, announce) => {
      const ids = await moveToDaemonToken(tx, toHex(this.#daemonTokenHash), keep, this.#time.now());
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

/** Creates a 256-bit token for the daemon itself. */
export function makeDaemonToken(): string {
  return `bcd_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
}

/** The form of a stored daemon token. */
export const DAEMON_TOKEN_FORM = /^bcd_[\w-]{43}$/;

function ignoreStorageFailure(error: unknown): void {
  if (!(error instanceof DomainError) || error.fault.kind !== "storage_failed") throw error;
}

const toHex = (hashed: Buffer) => hashed.toString("hex");

function hash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
