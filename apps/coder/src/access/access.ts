import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import {
  findAccessTokenByHash,
  insertAccessToken,
  listAccessTokens,
  revokeAccessToken,
  touchAccessToken,
} from "@boocode/db/access-token-store";
import type { Database } from "@boocode/db/database";
import type { AccessToken } from "@boocode/shared/access/access-token";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AccessTokenId } from "@boocode/shared/ids";
import type { Clock } from "../platform/clock.ts";
import { writeFileDurably } from "../platform/files/durable-file.ts";
import { newId } from "../platform/new-id.ts";

/** Who is asking, once the token is known to be good. */
export type Principal = { kind: "daemon_token" } | { kind: "browser"; tokenId: AccessTokenId };

const TOKEN_BYTES = 32;
const TOUCH_EVERY_MS = 60_000;

export interface AccessDeps {
  database: Database;
  clock: Clock;
  /** The daemon's own token, which works until it is changed. */
  daemonToken: string;
  /** Where it is kept; null where a setting names it, and only that can change it. */
  tokenFile: string | null;
}

/** Decides who may speak to the daemon, by bearer tokens: its own, and one for each browser, of which only hashes are kept. */
export class Access {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #tokenFile: string | null;
  #daemonTokenHash: Buffer;
  readonly #onRevoked = new Set<(principal: Principal) => void>();

  constructor(deps: AccessDeps) {
    this.#database = deps.database;
    this.#clock = deps.clock;
    this.#tokenFile = deps.tokenFile;
    this.#daemonTokenHash = hash(deps.daemonToken);
  }

  /** Null for a token that is wrong or revoked. Compared in constant time. */
  async authenticate(token: string): Promise<Principal | null> {
    const hashed = hash(token);
    if (timingSafeEqual(hashed, this.#daemonTokenHash)) return { kind: "daemon_token" };
    const found = await findAccessTokenByHash(this.#database.read, hashed.toString("hex"));
    if (!found) return null;
    const now = this.#clock.now();
    if (now - found.lastUsedAt > TOUCH_EVERY_MS) {
      await this.#database.write("normal", (tx) => touchAccessToken(tx, found.id, now));
    }
    return { kind: "browser", tokenId: found.id };
  }

  /** A new token of a browser's own; the only time its secret is told. */
  async exchange(input: { name: string }): Promise<{ token: string; tokenId: AccessTokenId }> {
    const token = `bcb_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
    const now = this.#clock.now();
    const record: AccessToken = {
      id: AccessTokenId.parse(newId("tok", now)),
      name: input.name,
      createdAt: now,
      lastUsedAt: now,
      revokedAt: null,
    };
    await this.#database.write("full", (tx, announce) => {
      announce.changed("access", [record.id]);
      return insertAccessToken(tx, record, hash(token).toString("hex"));
    });
    return { token, tokenId: record.id };
  }

  /** Every token ever given, revoked ones too, last used first. */
  async list(): Promise<AccessToken[]> {
    return await listAccessTokens(this.#database.read);
  }

  /** Takes a browser's token away and tells who holds its connections. Revoking twice is fine. Fault: `token_not_found`. */
  async revoke(tokenId: AccessTokenId): Promise<void> {
    await this.#database.write("full", async (tx, announce) => {
      const revoked = await revokeAccessToken(tx, tokenId, this.#clock.now());
      if (!revoked) throw new DomainError({ kind: "token_not_found", tokenId });
      announce.changed("access", [tokenId]);
    });
    this.#tellRevoked({ kind: "browser", tokenId });
  }

  /**
   * Gives the daemon another token of its own, which from now on stands in its file; the one before stops working at once, and what was
   * opened with it is closed. The new one is not told, so that a browser never learns what outlives its own token.
   * Faults: `token_fixed`, `storage_failed`: then the old one still works.
   */
  rotate(): { file: string } {
    const file = this.#tokenFile;
    if (file === null) throw new DomainError({ kind: "token_fixed" });
    const token = makeDaemonToken();
    try {
      writeFileDurably(file, `${token}\n`);
    } catch (error) {
      throw new DomainError({ kind: "storage_failed", reason: (error as Error).message }, { cause: error });
    }
    this.#daemonTokenHash = hash(token);
    this.#tellRevoked({ kind: "daemon_token" });
    return { file };
  }

  #tellRevoked(principal: Principal): void {
    for (const listener of this.#onRevoked) listener(principal);
  }

  /** Calls back after a token stopped working. Returns what ends that. */
  onRevoked(listener: (principal: Principal) => void): () => void {
    this.#onRevoked.add(listener);
    return () => this.#onRevoked.delete(listener);
  }
}

/** A 256-bit token for the daemon itself. */
export function makeDaemonToken(): string {
  return `bcd_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
}

/** What a kept daemon token looks like. */
export const DAEMON_TOKEN_FORM = /^bcd_[\w-]{43}$/;

function hash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
