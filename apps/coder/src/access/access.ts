import type { AccessToken } from "@boocode/shared/access/access-token";
import type { AccessTokenId } from "@boocode/shared/ids";

/** Who is asking, once the token is known to be good. */
export type Principal = { kind: "daemon_token" } | { kind: "browser"; tokenId: AccessTokenId };

export interface Access {
  /** Null for a token that is wrong or revoked. Compared in constant time. */
  authenticate(token: string): Promise<Principal | null>;
  /** A new token of a browser's own; the only time its secret is told. */
  exchange(input: { name: string }): Promise<{ token: string; tokenId: AccessTokenId }>;
  list(): Promise<AccessToken[]>;
  revoke(tokenId: AccessTokenId): Promise<void>;
}
