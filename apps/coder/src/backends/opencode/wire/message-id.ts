import { createHash } from "node:crypto";
import type { TaskId } from "@boocode/shared/ids";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const OWN_DIGITS = 14;
const TIME_BITS = 48;

/** Whose prompt a message is. */
export interface PromptPlace {
  /** opencode's. */
  sessionId: string;
  taskId: TaskId;
}

/**
 * An id for the message of a task's prompt, in opencode's own form: the millisecond and a counter, then what stands for the task where
 * opencode's own have chance, so that the message is found again by who knows nothing but the task. No two sessions may have the same.
 *
 * opencode compares ids to know what came after what, so this one sorts before every message it makes from now on.
 */
export function newMessageId(now: number, place: PromptPlace): string {
  const time = BigInt.asUintN(TIME_BITS, BigInt(now) * 0x1000n);
  return `msg_${time.toString(16).padStart(TIME_BITS / 4, "0")}${toDigits(place)}`;
}

/** True for the id that a task's prompt was given, whenever that was. */
export function isMessageIdOf(place: PromptPlace, messageId: string): boolean {
  return messageId.endsWith(toDigits(place));
}

function toDigits({ sessionId, taskId }: PromptPlace): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([sessionId, taskId]))
    .digest();
  return [...hash.subarray(0, OWN_DIGITS)].map((byte) => DIGITS[byte % DIGITS.length]).join("");
}
