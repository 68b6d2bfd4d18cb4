import { randomBytes } from "node:crypto";

/** Crockford's base 32 in lower case: it sorts in numeric order and has no letters that look like digits. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS = 10;
const RANDOM_BYTES = 10;

/**
 * A new identifier such as `tsk_01k2…`: safe in a URL, a path and a git ref, with 80 random bits.
 * Ids sort by the millisecond of their creation; within one millisecond their order is random.
 */
export function newId(prefix: string, now: number = Date.now()): string {
  return `${prefix}_${encodeTime(now)}${encodeRandom()}`;
}

/** Returns when an identifier was made; null for any other text. */
export function timeOfId(id: string): number | null {
  const [, digits] = /^[a-z]+_([0-9a-z]{10})/.exec(id) ?? [];
  if (digits === undefined) return null;
  let time = 0;
  for (const digit of digits) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) return null;
    time = time * 32 + value;
  }
  return time;
}

function encodeTime(now: number): string {
  let rest = now;
  let digits = "";
  for (let place = 0; place < TIME_DIGITS; place++) {
    digits = DIGITS[rest % 32] + digits;
    rest = Math.floor(rest / 32);
  }
  return digits;
}

function encodeRandom(): string {
  // 80 bits are exactly sixteen 5-bit digits.
  let bits = BigInt(`0x${randomBytes(RANDOM_BYTES).toString("hex")}`);
  let digits = "";
  for (let place = 0; place < (RANDOM_BYTES * 8) / 5; place++) {
    digits = DIGITS[Number(bits & 31n)] + digits;
    bits >>= 5n;
  }
  return digits;
}
