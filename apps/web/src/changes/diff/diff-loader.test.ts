import type { OpenDiffs } from "@boocode/shared/changes/open-diffs";
import { ChangeId, SessionId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { DiffGone, DiffLoader, type FetchDiffs, type LoadedDiff } from "./diff-loader.ts";

const place = { sessionId: SessionId.parse("session_1"), ignoreWhitespace: false };
const id = (name: string | number) => ChangeId.parse(`chg_${name}`);
const loaded = (changeId: ChangeId) => ({ diff: { changeId }, blame: { changeId } }) as LoadedDiff;

/** A daemon that answers at most `room` of the changes asked for, and knows all but those named `gone`. */
function createLoader(room: number) {
  const calls: number[] = [];
  const fetch: FetchDiffs = async ({ changeIds }) => {
    calls.push(changeIds.length);
    const known = changeIds.filter((changeId) => changeId !== id("gone"));
    const answer: OpenDiffs = { diffs: known.slice(0, room).map(loaded), more: known.slice(room), gone: [id("gone")] };
    return answer;
  };
  return { loader: new DiffLoader(fetch), calls };
}

it("asks once for everything wanted in one moment, and again for what did not fit", async () => {
  const { loader, calls } = createLoader(60);
  const ids = Array.from({ length: 130 }, (_, place) => id(place));
  const all = await Promise.all(ids.map((each) => loader.load(place, each)));
  expect(all.map(({ diff }) => diff.changeId)).toEqual(ids);
  expect(calls).toEqual([100, 70, 10]);
});

it("rejects a change that is gone, and it alone", async () => {
  const { loader } = createLoader(60);
  const [gone, there] = await Promise.allSettled([loader.load(place, id("gone")), loader.load(place, id("there"))]);
  expect([gone.status === "rejected" && gone.reason, there.status]).toEqual([new DiffGone(), "fulfilled"]);
});

it("does not ask for ever when an answer brings nothing", async () => {
  const { loader, calls } = createLoader(0);
  await expect(loader.load(place, id(1))).rejects.toThrow(DiffGone);
  expect(calls).toEqual([1]);
});

it("rejects all when the call fails, keeps sessions and views apart, and goes on afterwards", async () => {
  const calls: unknown[] = [];
  let isBroken = true;
  const loader = new DiffLoader(async ({ changeIds, ...where }) => {
    calls.push(where);
    if (isBroken) throw new Error("no daemon");
    return { diffs: changeIds.map(loaded), more: [], gone: [] };
  });
  const other = { ...place, ignoreWhitespace: true };
  const failed = await Promise.allSettled([loader.load(place, id(1)), loader.load(place, id(2)), loader.load(other, id(1))]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(calls).toEqual([place, other]);
  isBroken = false;
  expect((await loader.load(place, id(1))).diff.changeId).toBe(id(1));
});
