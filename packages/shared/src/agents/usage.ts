import { z } from "zod";

/**
 * Resources a turn used. Null: the agent or the model does not report it. Tokens are counts, cost is in US dollars. `inputTokens` includes
 * those from and into a cache, so that agents compare and budgets mean the same; `cachedTokens` are those read from it.
 */
export const Usage = z.object({
  inputTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  cachedTokens: z.number().int().nonnegative().nullable(),
  cost: z.number().nonnegative().nullable(),
  contextUsed: z.number().int().nonnegative().nullable(),
  contextSize: z.number().int().nonnegative().nullable(),
});
export type Usage = z.infer<typeof Usage>;
