import { expect, it } from "vitest";
import { explainDisabled } from "./explain-disabled.ts";

const idle = { running: null, isOffline: false };
const running = { running: "opencode", isOffline: false };
const offline = { running: null, isOffline: true };

it.each([
  ["apply", idle, false, null],
  ["reject", idle, false, null],
  ["apply", running, false, null],
  ["reject", running, false, /^opencode is working/],
  ["restore", running, false, /^opencode is working/],
  ["apply", running, true, /^opencode is working/],
  ["write", running, true, /^opencode is working/],
  ["write", idle, true, null],
  ["reject", running, true, null],
  ["apply", offline, false, /does not answer/],
  ["reject", { running: "opencode", isOffline: true }, true, /does not answer/],
] as const)("%s with %j, staged %s: %s", (verb, obstacles, isStaged, words) => {
  const found = explainDisabled(verb, obstacles, isStaged);
  expect(words === null ? found : words.test(found ?? "")).toBe(words === null ? null : true);
});
