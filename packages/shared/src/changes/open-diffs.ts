import { z } from "zod";
import { ChangeId } from "../ids.ts";
import { ChangeBlame } from "./change-blame.ts";
import { ChangeDiff } from "./pending-change.ts";

/** How many changes can be asked for at once. */
export const MAX_DIFFS_AT_ONCE = 100;

/** The diffs of several changes, each with the authors of its lines. */
export const OpenDiffs = z.object({
  /** In the order in which they were asked for. */
  diffs: z.array(z.object({ diff: ChangeDiff, blame: ChangeBlame })),
  /** Changes that did not fit into this answer. */
  more: z.array(ChangeId),
  /** Changes that are not there any more: they have been judged, or the files have changed since. */
  gone: z.array(ChangeId),
});
export type OpenDiffs = z.infer<typeof OpenDiffs>;
