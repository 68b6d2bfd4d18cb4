import { z } from "zod";
import { StagedEdit } from "./staged-edit.ts";

/** One staged edit that an edit of files uses up, replaces or brings back. Null: nothing is staged at the path. */
export const StagedMove = z.object({ path: z.string(), from: StagedEdit.nullable(), to: StagedEdit.nullable() });
export type StagedMove = z.infer<typeof StagedMove>;

/** Swaps from and to. */
export const invertStagedMove = ({ path, from, to }: StagedMove): StagedMove => ({ path, from: to, to: from });
