import * as fc from "fast-check";
import { expect, it } from "vitest";
import { SessionId } from "../ids.ts";
import { pickBranchName, toBranchNames, toNamedBranches } from "./branch-name.ts";

const id = SessionId.parse("ses_01k2xyzabcdefgh7f3a");
const whole = "ses_01k2xyzabcdefgh7f3a";

it.each([
  { title: "Fix login", name: "boocode/fix-login-7f3a" },
  { title: "  --Weird: [title]~^? *.lock  ", name: "boocode/weird-title-lock-7f3a" },
  { title: "Größe & Café", name: "boocode/gro-e-cafe-7f3a" },
  { title: "日本語", name: "boocode/session-7f3a" },
  { title: "", name: "boocode/session-7f3a" },
  { title: "../..", name: "boocode/session-7f3a" },
  { title: "New session", name: "boocode/new-session-7f3a" },
  { title: "Rewrite the parser of manifests so that it streams", name: "boocode/rewrite-the-parser-of-manifests-7f3a" },
  { title: `${"a".repeat(45)} b`, name: `boocode/${"a".repeat(32)}-7f3a` },
  { title: `-${"a".repeat(45)}`, name: `boocode/${"a".repeat(32)}-7f3a` },
  { title: `${"a".repeat(31)} tail`, name: `boocode/${"a".repeat(31)}-7f3a` },
  { title: `${"a".repeat(32)} tail`, name: `boocode/${"a".repeat(32)}-7f3a` },
])("$title: $name", ({ title, name }) => {
  expect(toBranchNames(title, id, false)[0]).toBe(name);
});

it("has longer parts of the id to fall back on, and at last the whole of it", () => {
  expect(toBranchNames("Fix it", id, true)).toEqual([
    "boocode-fix-it-7f3a",
    "boocode-fix-it-efgh7f3a",
    "boocode-fix-it-2xyzabcdefgh7f3a",
    `boocode-fix-it-${whole}`,
  ]);
  expect(toBranchNames("Fix it", SessionId.parse("s1"), false)).toEqual(["boocode/fix-it-s1"]);
  expect(toBranchNames("x", SessionId.parse("a:b..c.lock"), false).at(-1)).toBe("boocode/x-a-b--c-lock");
});

it.each([
  ["nothing", [], "boocode/a-1"],
  ["another", ["main", "boocode/a-2"], "boocode/a-1"],
  ["the same", ["boocode/a-1"], "boocode/a-01"],
  ["the same in capitals", ["boocode/A-1"], "boocode/a-01"],
  ["one below it", ["boocode/a-1/x"], "boocode/a-01"],
  ["all of them", ["boocode/a-1", "boocode/a-01"], "boocode/a-01"],
])("with %s taken", (_, taken, name) => {
  expect(pickBranchName(["boocode/a-1", "boocode/a-01"], taken)).toBe(name);
});

it.each([
  { branch: "boocode/new-session-7f3a", title: "Fix it", named: "boocode/fix-it-7f3a" },
  { branch: "boocode-new-session-7f3a", title: "Fix it", named: "boocode-fix-it-7f3a" },
  { branch: "boocode/new-session-efgh7f3a", title: "Fix it", named: "boocode/fix-it-7f3a" },
  { branch: `boocode/new-session-${whole}`, title: "Fix it", named: "boocode/fix-it-7f3a" },
  { branch: "boocode/new-session-7f3a", title: "New session", named: undefined },
  { branch: "boocode/fix-it-7f3a", title: "Fix that", named: undefined },
  { branch: `boocode/fix-it-${whole}`, title: "Fix that", named: undefined },
  { branch: "boocode/new-session-7f3b", title: "Fix it", named: undefined },
  { branch: "main", title: "Fix it", named: undefined },
])("$branch with the title $title is called $named", ({ branch, title, named }) => {
  expect(toNamedBranches(branch, title, id)[0]).toBe(named);
});

const arbitraryId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,20}$/).map((text) => SessionId.parse(text));
const arbitraryTitle = fc.oneof(
  fc.array(fc.nat(0x10ffff), { maxLength: 80 }).map((points) => String.fromCodePoint(...points)),
  fc.string({ maxLength: 80 }),
  fc.array(fc.constantFrom("fix", "the", "login", "-", " ", "/", ".lock", "@{"), { maxLength: 20 }).map((words) => words.join("")),
);

it("S8: is a valid git name and not an option, for any title", () => {
  fc.assert(
    fc.property(arbitraryTitle, arbitraryId, fc.boolean(), (title, sessionId, hasBoocodeBranch) => {
      for (const name of toBranchNames(title, sessionId, hasBoocodeBranch)) {
        expect(name).toMatch(/^boocode[/-][a-z0-9]+(-[a-z0-9]+)*-[A-Za-z0-9_-]+$/);
        expect(name.length).toBeLessThanOrEqual("boocode/".length + 32 + 1 + sessionId.length);
      }
    }),
  );
});

it("gives sessions with the same title names of their own, in every case", () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{5,20}$/), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(arbitraryTitle, ids, (title, texts) => {
      const taken: string[] = [];
      for (const text of texts) taken.push(pickBranchName(toBranchNames(title, SessionId.parse(text), false), taken));
      expect(new Set(taken.map((name) => name.toLowerCase())).size).toBe(texts.length);
    }),
  );
});
