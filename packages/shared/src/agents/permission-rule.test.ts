import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAllowedBy, isRememberable, toRuleKeys, type RuleKey, type RuleSubject } from "./permission-rule.ts";

const ROOT = "/worktrees/one";
const command = (argv: string[], cwd: string | null = null): RuleSubject => ({ toolKind: "command", argv, cwd, paths: [] });
const edit = (...paths: string[]): RuleSubject => ({ toolKind: "edit", argv: null, cwd: null, paths });
const words = (...argvPrefix: string[]): RuleKey => ({ toolKind: "command", argvPrefix, path: null });
const file = (path: string, toolKind: RuleKey["toolKind"] = "edit"): RuleKey => ({ toolKind, argvPrefix: null, path });

it("makes none without a worktree", () => {
  expect(toRuleKeys(command(["npm", "test"]), null)).toEqual([]);
});

describe("what a rule is made of", () => {
  it.each([
    ["a command", command(["npm", "test"]), [words("npm", "test")]],
    ["a command in the worktree", command(["npm", "test"], `${ROOT}/web`), [words("npm", "test")]],
    ["files", edit("src/a.ts", "b"), [file("src/a.ts"), file("b")]],
    ["a command outside of the worktree", command(["npm", "test"], "/etc"), []],
    ["a command beside the worktree", command(["npm", "test"], `${ROOT}-two`), []],
    ["a command on the way out", command(["npm", "test"], `${ROOT}/../two`), []],
    ["a command that uses a file in the worktree", { ...command(["cat", "a"]), paths: ["a"] }, [words("cat", "a")]],
    ["a command that uses one outside", { ...command(["cat", "/etc/hosts"]), paths: ["/etc"] }, []],
    ["a dangerous command", command(["sh", "-c", "npm test"]), []],
    ["no command", command([]), []],
    ["an absolute file", edit("/etc/passwd"), []],
    ["a file above", edit("../x"), []],
    ["one of git's own", edit("sub/.GIT/hooks/pre-commit"), []],
    ["one bad file among good ones", edit("a", "../x"), []],
    ["nothing", edit(), []],
    ["too many files", edit(...Array.from({ length: 21 }, (_, n) => `f${n}`)), []],
  ])("%s", (_, subject, keys) => {
    expect(toRuleKeys(subject, ROOT)).toEqual(keys);
  });
});

it.each([
  ["the same command", [words("npm", "test")], command(["npm", "test"]), true],
  ["more arguments", [words("npm", "test")], command(["npm", "test", "--", "a"]), true],
  ["fewer arguments", [words("npm", "test")], command(["npm"]), false],
  ["a word that only begins alike", [words("npm", "test")], command(["npm", "testing"]), false],
  ["another kind of tool", [words("npm", "test")], { ...command(["npm", "test"]), toolKind: "other" as const }, false],
  ["arguments that run something", [words("find", ".")], command(["find", ".", "-exec", "rm", "{}", ";"]), false],
  ["another folder", [words("npm", "test")], command(["npm", "test"], "/etc"), false],
  ["every file", [file("a"), file("b")], edit("a", "b"), true],
  ["one file too many", [file("a")], edit("a", "b"), false],
  ["the same file to another tool", [file("a", "read")], edit("a"), false],
  ["nothing to go by", [words("npm")], edit(), false],
  ["no rule", [], command(["npm"]), false],
])("allows %s?", (_, rules, subject, allowed) => {
  expect(isAllowedBy(rules, subject, ROOT)).toBe(allowed);
});

it("allows nothing that could not be remembered, whatever rules there are", () => {
  const word = fc.oneof(
    fc.constantFrom("git", "-c", "sh", "env", "find", ".", "-exec", "npm", "test", "tar", "--to-command=x", "rg", "--pre=x"),
    fc.string(),
  );
  const isSafe = (argv: string[], length: number): boolean => {
    const rules = [words(...argv.slice(0, length)), words(...argv)];
    return !isAllowedBy(rules, command(argv), ROOT) || isRememberable(words(...argv));
  };
  expect(fc.check(fc.property(fc.array(word, { maxLength: 5 }), fc.nat(5), isSafe))).toMatchObject({ failed: false });
});

it.each([
  ["both", { toolKind: "command", argvPrefix: ["make"], path: "a" }],
  ["neither", { toolKind: "command", argvPrefix: null, path: null }],
] as const)("a rule of %s is none", (_, key) => {
  expect(isRememberable({ ...key, argvPrefix: key.argvPrefix && [...key.argvPrefix] })).toBe(false);
});
