import { z } from "zod";
import { EpochMs, ProjectId, SessionId } from "../ids.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const TrustDecision = z.enum(["trust", "distrust"]);
export type TrustDecision = z.infer<typeof TrustDecision>;

/** What a person decided about one content of one path. */
export const TrustRecord = z.object({
  projectId: ProjectId,
  path: z.string(),
  sha256: Sha256,
  decision: TrustDecision,
  decidedAt: EpochMs,
});
export type TrustRecord = z.infer<typeof TrustRecord>;

/** How an item stands: decided as it is now, never seen, or seen with another content. */
export const TrustStanding = z.enum(["trusted", "distrusted", "new", "changed"]);
export type TrustStanding = z.infer<typeof TrustStanding>;

/** One thing of a repository's that would start, or tell an agent to start, something. */
export const TrustItem = z.object({
  /** Relative to the checkout. A git setting is `git config <key>`, a hook `.git/hooks/<name>`. */
  path: z.string(),
  kind: z.enum(["file", "link", "setting"]),
  sha256: Sha256,
  sizeBytes: z.number().int().nonnegative(),
  /** The beginning of its content, a link's target or a setting's value; null where it is no text. */
  text: z.string().nullable(),
  /** `text` is only the beginning. */
  truncated: z.boolean(),
});
export type TrustItem = z.infer<typeof TrustItem>;

/**
 * `nothing`: there is no such file, so there is nothing to ask. `undecided`: the person is to be asked. `unknown`: it could not be
 * looked at, so it is not trusted.
 */
export const TrustState = z.enum(["nothing", "trusted", "distrusted", "undecided", "unknown"]);
export type TrustState = z.infer<typeof TrustState>;

/** What a checkout of a project would run, and what the person said to it. */
export const TrustReport = z.object({
  projectId: ProjectId,
  /** Whose worktree was looked at; null: the project's own checkout. */
  sessionId: SessionId.nullable(),
  state: TrustState,
  /** Names exactly these items with these contents: what an answer is given to. */
  digest: Sha256,
  items: z.array(TrustItem.extend({ standing: TrustStanding })),
  /** Why it could not be looked at; null where it could. */
  reason: z.string().nullable(),
});
export type TrustReport = z.infer<typeof TrustReport>;

export const TrustInput = z.object({
  projectId: ProjectId,
  sessionId: SessionId.optional(),
  decision: TrustDecision,
  digest: Sha256,
});
export type TrustInput = z.infer<typeof TrustInput>;
