import { z } from "zod";
import { AgentId, ChangeId, ChatId, EpochMs, TaskId } from "../ids.ts";

/** Somebody who wrote lines in one go: an agent in a turn, or the person between turns. */
export const LineWriter = z.object({
  /** Null is the person. */
  agent: AgentId.nullable(),
  /** The turn; null is the person. */
  taskId: TaskId.nullable(),
  chatId: ChatId.nullable(),
  /** What the turn was asked for, its first line cut short; null where there was no turn or nothing is known of it. */
  prompt: z.string().nullable(),
  /** The checkpoint that first held the lines. */
  commit: z.string(),
  /** When that was taken. */
  at: EpochMs,
});
export type LineWriter = z.infer<typeof LineWriter>;

const place = z.number().int().nonnegative();

/** Who wrote every line of a changed file, and who removed those of the base that are gone. */
export const ChangeBlame = z.object({
  changeId: ChangeId,
  path: z.string(),
  /** `none`: there are no lines, or none are compared. Then the lists are empty. */
  view: z.enum(["lines", "too_large", "none"]),
  writers: z.array(LineWriter),
  /** One for each line of the file as it is: a place in `writers`, or "base" where the line is older than the changes. */
  lines: z.array(z.union([place, z.literal("base")])),
  /** One for each line of the base: a place in `writers`, or null where the line is still there. */
  removed: z.array(place.nullable()),
});
export type ChangeBlame = z.infer<typeof ChangeBlame>;
