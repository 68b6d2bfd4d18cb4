import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { covers, describeRules, isAllowedBy, isRememberable, toRuleKeys, type RuleKey, type RuleSubject } from "./permission-rule.ts";

const ROOT = "/worktrees/one";
const command = (argv: string[], cwd: string | null = null): RuleSubject => ({ toolKind: "command", argv, cwd, paths: [] });
const edit = (...paths: string[]): RuleSubject => ({ toolKind: "edit", argv: null, cwd: null, paths });
const words = (...argvPrefix: string[]): RuleKey => ({ toolKind: "command", argvPrefix, path: null });
const file = (path: string, toolKind: RuleKey["toolKind"] = "edit"): RuleKey => ({ toolKind, argvPrefix: null, path });

const MOST_FILES = Array.from({ length: 20 }, (_, n) => `f${n}`);

it("makes none without a worktree", () => {
  expect(toRuleKeys(command(["npm", "test"]), null)).toEqual([]);
});

describe("the rules for a request", () => {
  it.each([
    ["a command", command(["npm", "test"]), [words("npm", "test")]],
    ["a command in the worktree", command(["npm", "test"], `${ROOT}/web`), [words("npm", "test")]],
    ["files", edit("src/a.ts", "b"), [file("src/a.ts"), file("b")]],
    ["a command outside of the worktree", command(["npm", "test"], "/etc"), []],
    ["a command beside the worktree", command(["npm", "test"], `${ROOT}-two`), []],
    ["a command in a folder reached through `..`", command(["npm", "test"], `${ROOT}/../two`), []],
    ["a command that uses a file in the worktree", { ...command(["cat", "a"]), paths: ["a"] }, [words("cat", "a")]],
    ["a command that uses one outside", { ...command(["cat", "/etc/hosts"]), paths: ["/etc"] }, []],
    ["a dangerous command", command(["sh", "-c", "npm test"]), []],
    ["no command", command([]), []],
    ["an absolute file", edit("/etc/passwd"), []],
    ["a file above", edit("../x"), []],
    ["a file of git's own", edit("sub/.GIT/hooks/pre-commit"), []],
    ["one bad file among good ones", edit("a", "../x"), []],
    ["nothing", edit(), []],
    ["the maximum number of files", edit(...MOST_FILES), MOST_FILES.map((path) => file(path))],
    ["a file with too long a name among good ones", edit("a", "x".repeat(5_000)), []],
    ["a file of a Windows drive", edit("C:\\x"), []],
    ["a command in the worktree itself", command(["npm", "test"], ROOT), [words("npm", "test")]],
    ["a command in a folder named from the worktree", command(["npm", "test"], "web/src"), [words("npm", "test")]],
    ["a command on a Windows drive", command(["npm", "test"], "C:\\x"), []],
    ["too many files", edit(...Array.from({ length: 21 }, (_, n) => `f${n}`)), []],
  ])("%s", (_, subject, keys) => {
    expect(toRuleKeys(subject, ROOT)).toEqual(keys);
  });
});

it.each([
  ["the same command", [words("npm", "test")], command(["npm", "test"]), true],
  ["more arguments", [words("npm", "test")], command(["npm", "test", "--", "a"]), true],
  ["fewer arguments", [words("npm", "test")], command(["npm"]), false],
  ["a longer word with the same beginning", [words("npm", "test")], command(["npm", "testing"]), false],
  ["another kind of tool", [words("npm", "test")], { ...command(["npm", "test"]), toolKind: "other" as const }, false],
  ["arguments that run something", [words("find", ".")], command(["find", ".", "-exec", "rm", "{}", ";"]), false],
  ["another folder", [words("npm", "test")], command(["npm", "test"], "/etc"), false],
  ["one file", [file("a")], edit("a"), true],
  ["another file", [file("a")], edit("b"), false],
  ["every file", [file("a"), file("b")], edit("a", "b"), true],
  ["one file too many", [file("a")], edit("a", "b"), false],
  ["the same file to another tool", [file("a", "read")], edit("a"), false],
  ["nothing to match", [words("npm")], edit(), false],
  ["no rule", [], command(["npm"]), false],
])("allows %s?", (_, rules, subject, allowed) => {
  expect(isAllowedBy(rules, subject, ROOT)).toBe(allowed);
});

it("allows nothing that no rule may cover, whatever rules there are", () => {
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
  ["a file above", { toolKind: "edit", argvPrefix: null, path: "../x" }],
  ["neither", { toolKind: "command", argvPrefix: null, path: null }],
] as const)("a rule of %s is none", (_, key) => {
  expect(isRememberable({ ...key, argvPrefix: key.argvPrefix && [...key.argvPrefix] })).toBe(false);
});

it("a rule of words covers no file, and a rule of nothing covers nothing", () => {
  expect(covers(words("npm"), file("npm", "command"))).toBe(false);
  expect(covers({ toolKind: "command", argvPrefix: null, path: null }, words("npm"))).toBe(false);
});

it.each([
  [[words("npm test")], "Always allow exactly this command in this worktree"],
  [[words("npm")], "Always allow commands that begin like this in this worktree"],
  [[words("my tool", "test")], "Always allow commands that begin like this in this worktree"],
  [[file("a"), file("b"), file("c")], "Always allow editing a, b, c in this worktree"],
  [[file("a"), file("b"), file("c"), file("d"), file("e")], "Always allow editing a, b, c and 2 more in this worktree"],
  [[file("a", "other")], "Always allow this for a in this worktree"],
])("says what rules will allow: %#", (keys, label) => {
  expect(describeRules(keys)).toBe(label);
});
