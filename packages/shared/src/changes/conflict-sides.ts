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

/**
 * The three sides of bringing a change to a folder, as git names them: what the change is based on, what is there (`ours`), and what the change
 * makes of it (`theirs`).
 */
export const ConflictSides = z.object({
  path: z.string(),
  /** Where `ours` is: the old name of a renamed file. */
  oursPath: z.string(),
  base: ConflictSide,
  ours: ConflictSide,
  theirs: ConflictSide,
  /** All three merged, with git's conflict markers where they differ; null if they are not all texts. */
  merged: z.string().nullable(),
});
export type ConflictSides = z.infer<typeof ConflictSides>;
