import { z } from "zod";
import { AgentId, ChangeId, ChatId, EpochMs, TaskId } from "../ids.ts";

/** An author of lines in one batch: an agent in a turn, or the person between turns. */
export const LineWriter = z.object({
  /** Null: the person. */
  agent: AgentId.nullable(),
  /** The turn; null for the person. */
  taskId: TaskId.nullable(),
  chatId: ChatId.nullable(),
  /** The first line of the turn's prompt, cut short; null if there was no turn or the prompt is not known. */
  prompt: z.string().nullable(),
  /** The first checkpoint that contains the lines. */
  commit: z.string(),
  /** When that checkpoint was taken. */
  at: EpochMs,
});
export type LineWriter = z.infer<typeof LineWriter>;

const place = z.number().int().nonnegative();

/** The author of every line of a changed file, and who removed base lines. */
export const ChangeBlame = z.object({
  changeId: ChangeId,
  path: z.string(),
  /** `none`: there are no lines, or they are not compared. The lists are then empty. */
  view: z.enum(["lines", "too_large", "none"]),
  writers: z.array(LineWriter),
  /** One entry per line of the current file: an index into `writers`, or "base" if the line predates the changes. */
  lines: z.array(z.union([place, z.literal("base")])),
  /** One entry per line of the base: an index into `writers`, or null if the line still exists. */
  removed: z.array(place.nullable()),
});
export type ChangeBlame = z.infer<typeof ChangeBlame>;
