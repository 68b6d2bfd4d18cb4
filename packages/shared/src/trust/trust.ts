import { z } from "zod";
import { EpochMs, ProjectId, SessionId } from "../ids.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const TrustDecision = z.enum(["trust", "distrust"]);
export type TrustDecision = z.infer<typeof TrustDecision>;

/** A person's decision about one content of one path. */
export const TrustRecord = z.object({
  projectId: ProjectId,
  path: z.string(),
  sha256: Sha256,
  decision: TrustDecision,
  decidedAt: EpochMs,
});
export type TrustRecord = z.infer<typeof TrustRecord>;

/** The state of an item: decided with this content, never seen, or seen with other content. */
export const TrustStanding = z.enum(["trusted", "distrusted", "new", "changed"]);
export type TrustStanding = z.infer<typeof TrustStanding>;

/** One thing in a repository that would start something, or tell an agent to start something. */
export const TrustItem = z.object({
  /** Relative to the checkout. A git setting is named `git config <key>`, a hook `.git/hooks/<name>`. */
  path: z.string(),
  kind: z.enum(["file", "link", "setting"]),
  sha256: Sha256,
  sizeBytes: z.number().int().nonnegative(),
  /** The beginning of the file's content, a link's target or a setting's value; null if it is not text. */
  text: z.string().nullable(),
  /** Whether `text` was cut. */
  truncated: z.boolean(),
});
export type TrustItem = z.infer<typeof TrustItem>;

/**
 * The trust state of a checkout. `nothing`: no such file exists, so there is nothing to ask. `undecided`: the person must be asked.
 * `unknown`: the files could not be read, so they are not trusted.
 */
export const TrustState = z.enum(["nothing", "trusted", "distrusted", "undecided", "unknown"]);
export type TrustState = z.infer<typeof TrustState>;

/** What a checkout of a project would run, and what the person decided about it. */
export const TrustReport = z.object({
  projectId: ProjectId,
  /** The session whose worktree was checked; null for the project's own checkout. */
  sessionId: SessionId.nullable(),
  state: TrustState,
  /** Identifies exactly these items with these contents. An answer refers to it. */
  digest: Sha256,
  items: z.array(TrustItem.extend({ standing: TrustStanding })),
  /** Why the checkout could not be read; null if it could. */
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
