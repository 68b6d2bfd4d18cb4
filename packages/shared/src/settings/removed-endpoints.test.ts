import fc from "fast-check";
import { expect, it } from "vitest";
import { ENDPOINT_LIMITS } from "./endpoint.ts";
import { describeRemoved, toRemovedIds } from "./removed-endpoints.ts";

const of = (...ids: string[]) => ids.map((id) => ({ id }));

it.each<[what: string, removed: string[], before: string[], after: string[], result: string[]]>([
  ["one is removed", [], ["a", "b"], ["a"], ["b"]],
  ["another one is, too", ["b"], ["a"], [], ["b", "a"]],
  ["one is added again", ["b", "a"], [], ["b"], ["a"]],
  ["one is changed", ["b"], ["a"], ["a"], ["b"]],
])("%s", (_, removed, before, after, result) => {
  expect(toRemovedIds(removed, of(...before), of(...after))).toEqual(result);
});

it("knows each endpoint as there or as removed, within its limit, and keeps the latest", () => {
  const id = fc.integer({ min: 0, max: 150 }).map((number) => `e${number}`);
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(id, { maxLength: 20 }), { maxLength: 20 }), (states) => {
      let [removed, before]: [string[], string[]] = [[], []];
      for (const after of states) {
        const gone = before.filter((each) => !after.includes(each));
        removed = toRemovedIds(removed, of(...before), of(...after));
        expect(removed.length).toBeLessThanOrEqual(ENDPOINT_LIMITS.removed);
        expect(removed.filter((each) => after.includes(each))).toEqual([]);
        expect(removed).toEqual(expect.arrayContaining(gone));
        expect(new Set(removed).size).toBe(removed.length);
        before = after;
      }
    }),
  );
});

it.each([
  ["home/llama", true],
  ["home/meta/llama", true],
  ["home/", true],
  ["home", false],
  ["homely/llama", false],
  ["meta/home/llama", false],
  ["/llama", false],
  ["", false],
])("the model %j is one of the removed endpoint home: %s", (model, isIts) => {
  const reason = describeRemoved(model, (id) => id === "home" || id === "");
  expect(reason?.includes(`“home” of the model “${model}” was removed`) ?? false).toBe(isIts);
  expect(reason === null).toBe(!isIts);
});
