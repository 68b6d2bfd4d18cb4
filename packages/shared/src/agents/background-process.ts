import { z } from "zod";
import { ChatId, TaskId } from "../ids.ts";

export const MAX_BACKGROUND = 100;
const MAX_COMMAND_CHARS = 300;

/** What a turn that is over left running. */
export const BackgroundProcess = z.object({
  pid: z.number().int().positive(),
  /** Tells it from a later one of the same pid. */
  startTime: z.string().max(20),
  /** Null for what belongs to the session as a whole: its setup's. */
  chatId: ChatId.nullable(),
  /** The turn that started it, as far as that is known. */
  taskId: TaskId.nullable(),
  /** Its program with its arguments, cut. */
  command: z.string().max(MAX_COMMAND_CHARS),
});
export type BackgroundProcess = z.infer<typeof BackgroundProcess>;

/** A command as it is shown. */
export function toShownCommand(argv: readonly string[]): string {
  const whole = argv.join(" ").replace(/\s+/g, " ").trim();
  if (whole.length <= MAX_COMMAND_CHARS) return whole;
  // Not between the halves of a surrogate pair.
  return `${whole.slice(0, MAX_COMMAND_CHARS - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
