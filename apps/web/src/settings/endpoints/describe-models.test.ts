import { expect, it } from "vitest";
import { describeModels } from "./describe-models.ts";

const models = (...labels: string[]) => labels.map((label) => ({ label }));

it.each([
  [[], "It answers, but lists no models."],
  [["a"], "It answers with 1 model: a."],
  [["a", "b", "c", "d"], "It answers with 4 models: a, b, c, d."],
  [["a", "b", "c", "d", "e", "f"], "It answers with 6 models: a, b, c, d and 2 more."],
])("%j: %s", (labels, words) => {
  expect(describeModels(models(...labels))).toBe(words);
});
