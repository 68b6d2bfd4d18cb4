import { z } from "zod";

/** The largest content that is shown of one side, in bytes. */
export const MAX_SIDE_BYTES = 1024 * 1024;

/** What is at a path on one side of a conflict. `text` also holds a link's target. */
export const ConflictSide = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("absent") }),
  z.object({ kind: z.literal("text"), mode: z.string(), text: z.string() }),
  z.object({ kind: z.literal("binary"), mode: z.string(), bytes: z.number() }),
  z.object({ kind: z.literal("too_large"), mode: z.string(), bytes: z.number() }),
  /** The commit of a nested repository. */
  z.object({ kind: z.literal("submodule"), commit: z.string() }),
  /** A folder, a device, or a path that leads through a link. */
  z.object({ kind: z.literal("other") }),
]);
export type ConflictSide = z.infer<typeof ConflictSide>;

/** The three sides of applying a change: what it is based on, what it makes of it, and what the project's checkout has. */
export const ConflictSides = z.object({
  path: z.string(),
  /** Where the checkout's content is: the old name of a renamed file. */
  checkoutPath: z.string(),
  base: ConflictSide,
  worktree: ConflictSide,
  checkout: ConflictSide,
  /** All three merged, with git's conflict markers where they differ; null if they are not all texts. */
  merged: z.string().nullable(),
});
export type ConflictSides = z.infer<typeof ConflictSides>;
