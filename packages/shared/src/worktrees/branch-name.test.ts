import * as fc from "fast-check";
import { expect, it } from "vitest";
import { SessionId } from "../ids.ts";
import { toBranchName, toNamedBranch } from "./branch-name.ts";

const id = SessionId.parse("s1");
const longest = "a".repeat(40);

it.each([
  { title: "Fix the login page", name: "boocode/fix-the-login-page-s1" },
  { title: "  --Weird: [title]~^? *.lock  ", name: "boocode/weird-title-lock-s1" },
  { title: "Größe & Café", name: "boocode/gro-e-cafe-s1" },
  { title: "日本語", name: "boocode/session-s1" },
  { title: "", name: "boocode/session-s1" },
  { title: "../..", name: "boocode/session-s1" },
  { title: `${"a".repeat(45)} b`, name: `boocode/${longest}-s1` },
  { title: `-${"a".repeat(45)}`, name: `boocode/${longest}-s1` },
  { title: "a".repeat(200), name: `boocode/${longest}-s1` },
  { title: `${"a".repeat(39)} tail`, name: `boocode/${"a".repeat(39)}-s1` },
])("$title: $name", ({ title, name }) => {
  expect(toBranchName(title, id, false)).toBe(name);
});

it("is not placed below an existing branch boocode", () => {
  expect(toBranchName("Fix it", id, true)).toBe("boocode-fix-it-s1");
});

it.each([
  { branch: "boocode/new-session-s1", title: "Fix it", named: "boocode/fix-it-s1" },
  { branch: "boocode-new-session-s1", title: "Fix it", named: "boocode-fix-it-s1" },
  { branch: "boocode/new-session-s1", title: "New session", named: null },
  { branch: "boocode/fix-it-s1", title: "Fix that", named: null },
  { branch: "boocode/new-session-s2", title: "Fix it", named: null },
  { branch: "main", title: "Fix it", named: null },
])("$branch with the title $title is called $named", ({ branch, title, named }) => {
  expect(toNamedBranch(branch, title, id)).toBe(named);
});

it("removes characters from an id that a ref may not contain", () => {
  expect(toBranchName("x", SessionId.parse("a:b..c.lock"), false)).toBe("boocode/x-a-b--c-lock");
});

it("S8: is a valid git name and not an option, for any title", () => {
  const arbitraryId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,20}$/).map((id) => SessionId.parse(id));
  const arbitraryTitle = fc.array(fc.nat(0x10ffff), { maxLength: 80 }).map((points) => String.fromCodePoint(...points));
  fc.assert(
    fc.property(fc.oneof(arbitraryTitle, fc.string({ maxLength: 80 })), arbitraryId, fc.boolean(), (title, id, hasBoocodeBranch) => {
      const name = toBranchName(title, id, hasBoocodeBranch);
      expect(name).toMatch(/^boocode[/-][a-z0-9]+(-[a-z0-9]+)*-[A-Za-z0-9_-]+$/);
      expect(name.length).toBeLessThanOrEqual("boocode/".length + 40 + 1 + id.length);
    }),
  );
});
