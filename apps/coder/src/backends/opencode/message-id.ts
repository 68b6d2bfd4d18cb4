import { randomBytes } from "node:crypto";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_DIGITS = 14;
const TIME_BITS = 48;

/**
 * An id for the message of a prompt, in opencode's own form: the millisecond and a counter, then chance.
 *
 * opencode compares ids to know what came after what, so this one sorts before every message it makes from now on.
 */
export function newMessageId(now: number): string {
  const time = BigInt.asUintN(TIME_BITS, BigInt(now) * 0x1000n);
  const random = [...randomBytes(RANDOM_DIGITS)].map((byte) => DIGITS[byte % DIGITS.length]).join("");
  return `msg_${time.toString(16).padStart(TIME_BITS / 4, "0")}${random}`;
}
