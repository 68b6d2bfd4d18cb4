import { createHash } from "node:crypto";
import type { TaskId } from "@boocode/shared/ids";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const OWN_DIGITS = 14;
const TIME_BITS = 48;

/** The task and session that a prompt belongs to. */
export interface PromptPlace {
  /** opencode's session id. */
  sessionId: string;
  taskId: TaskId;
}

/**
 * Makes the message id for a task's prompt in opencode's own format: the millisecond and a counter, then a hash of the session and task
 * where opencode's ids are random. The message can then be found from the task alone. Ids must be unique across sessions.
 *
 * opencode orders messages by id, so this id sorts before every message that opencode creates later.
 */
export function newMessageId(now: number, place: PromptPlace): string {
  const time = BigInt.asUintN(TIME_BITS, BigInt(now) * 0x1000n);
  return `msg_${time.toString(16).padStart(TIME_BITS / 4, "0")}${toDigits(place)}`;
}

/** True for a message id made for this prompt at any time. */
export function isMessageIdOf(place: PromptPlace, messageId: string): boolean {
  return messageId.endsWith(toDigits(place));
}

function toDigits({ sessionId, taskId }: PromptPlace): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([sessionId, taskId]))
    .digest();
  return [...hash.subarray(0, OWN_DIGITS)].map((byte) => DIGITS[byte % DIGITS.length]).join("");
}
