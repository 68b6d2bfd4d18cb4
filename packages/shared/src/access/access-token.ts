import { z } from "zod";
import { AccessTokenId, EpochMs } from "../ids.ts";

/** A browser's access token. Only the hash of its secret is stored. */
export const AccessToken = z.object({
  id: AccessTokenId,
  name: z.string(),
  createdAt: EpochMs,
  lastUsedAt: EpochMs,
  revokedAt: EpochMs.nullable(),
});
export type AccessToken = z.infer<typeof AccessToken>;
