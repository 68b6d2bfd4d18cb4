import { expect, test } from "vitest";
import { describeLock } from "./describe-lock.ts";

test.each([
  { given: { ageMs: 12_300 }, words: /12 seconds\. No running program holds it; when it is a minute old/ },
  { given: { ageMs: 300_000 }, words: /5 minutes\. No running program holds it: .* died/ },
  { given: { ageMs: 36_000_000 }, words: /10 hours/ },
  { given: { ageMs: 300_000, holders: [{ pid: 7, name: "git" }] }, words: /git \(process 7\) is using/ },
  { given: { ageMs: 300_000, holders: null }, words: /cannot tell who holds it/ },
])("a lock of $given.ageMs ms with $given.holders is described", ({ given, words }) => {
  expect(describeLock({ path: "/r/.git/index.lock", identity: "1", holders: [], ...given })).toMatch(words);
});
