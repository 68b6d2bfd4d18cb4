import { expect, it } from "vitest";
import { explainDisabled } from "./explain-disabled.ts";

it.each([
  ["apply", { running: null, isOffline: false }, null],
  ["reject", { running: null, isOffline: false }, null],
  ["apply", { running: "opencode", isOffline: false }, null],
  ["reject", { running: "opencode", isOffline: false }, /^opencode is working/],
  ["restore", { running: "opencode", isOffline: false }, /^opencode is working/],
  ["apply", { running: null, isOffline: true }, /does not answer/],
  ["reject", { running: "opencode", isOffline: true }, /does not answer/],
] as const)("%s with %j: %s", (verb, obstacles, words) => {
  const found = explainDisabled(verb, obstacles);
  expect(words === null ? found : words.test(found ?? "")).toBe(words === null ? null : true);
});
