import { z } from "zod";
import { AccessTokenId, EpochMs } from "../ids.ts";

/** A browser's right to use the daemon. The secret itself is stored only as its hash. */
export const AccessToken = z.object({
  id: AccessTokenId,
  name: z.string(),
  createdAt: EpochMs,
  lastUsedAt: EpochMs,
  revokedAt: EpochMs.nullable(),
});
export type AccessToken = z.infer<typeof AccessToken>;
