import { SessionId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { newId, timeOfId } from "./new-id.ts";

it("makes ids that are distinct, valid and sort by time", () => {
  const ids = Array.from({ length: 2_000 }, () => newId("ses"));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(SessionId.parse(id)).toBe(id);
  const times = [0, 1, 31, 32, 1_000, 1_795_236_962_979, 1_795_236_962_980, 2 ** 48];
  const sorted = times.map((time) => newId("ses", time));
  expect([...sorted].sort()).toEqual(sorted);
  expect(sorted.map(timeOfId)).toEqual(times);
  expect(["", "ses_", "ses_short", "0123456789abc", "ses_uuuuuuuuuu"].map(timeOfId)).toEqual([null, null, null, null, null]);
});
