import { z } from "zod";
import { ChatId, TaskId } from "../../ids.ts";

export const MAX_BACKGROUND = 100;
const MAX_COMMAND_CHARS = 300;

/** A process that outlived the turn that started it. */
export const BackgroundProcess = z.object({
  pid: z.number().int().positive(),
  /** Distinguishes it from a later process with the same pid. */
  startTime: z.string().max(20),
  /** Null for processes of the session as a whole, which its setup started. */
  chatId: ChatId.nullable(),
  /** The turn that started it, if known. */
  taskId: TaskId.nullable(),
  /** The program with its arguments, cut to fit. */
  command: z.string().max(MAX_COMMAND_CHARS),
});
export type BackgroundProcess = z.infer<typeof BackgroundProcess>;

/** Formats a command for display. */
export function toShownCommand(argv: readonly string[]): string {
  const whole = argv.join(" ").replace(/\s+/g, " ").trim();
  if (whole.length <= MAX_COMMAND_CHARS) return whole;
  // Never cut a surrogate pair in half.
  return `${whole.slice(0, MAX_COMMAND_CHARS - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
