import { expect, it } from "vitest";
import { decideSlash, type SlashMeaning } from "./decide-slash.ts";
import { isNameMeant, rankNames } from "./rank-names.ts";
import { type SlashCommand, toCommandCall, toKeptCommands } from "./slash-command.ts";

const command = (name: string): SlashCommand => ({ name, description: "" });
const skills = ["review", "compress", "2nd-look"].map((name) => ({ name, description: "", origin: ".claude/skills" }));
const known = { isKnown: true, commands: ["compress", "mcp:ask", "dir/run"].map(command) };
const unknown = { isKnown: false, commands: [] };

it.each<[string, typeof known, SlashMeaning]>([
  ["Go on", known, { kind: "none" }],
  ["", known, { kind: "none" }],
  ["/", known, { kind: "none" }],
  ["/ compress", known, { kind: "none" }],
  [" /compress", known, { kind: "none" }],
  ["/compress", known, { kind: "command", name: "compress" }],
  ["/compress\nall of it", known, { kind: "command", name: "compress" }],
  ["/mcp:ask why", known, { kind: "command", name: "mcp:ask" }],
  ["/dir/run it", known, { kind: "command", name: "dir/run" }],
  ["/compressed files", known, { kind: "plain", name: "compressed", isSure: true }],
  ["/compact", unknown, { kind: "plain", name: "compact", isSure: false }],
  ["/compress", unknown, { kind: "skill", name: "compress", origin: ".claude/skills" }],
  ["/review it", known, { kind: "skill", name: "review", origin: ".claude/skills" }],
  ["/2nd-look", known, { kind: "skill", name: "2nd-look", origin: ".claude/skills" }],
  ["/etc/hosts is wrong", known, { kind: "none" }],
  ["/2 is a half of it", known, { kind: "none" }],
])("%j", (text, commands, meaning) => expect(decideSlash(text, commands, skills)).toEqual(meaning));

it("reads a call with the words behind it", () => {
  expect(toCommandCall("/review  the last\ncommit ")).toEqual({ name: "review", words: "the last\ncommit" });
  expect(toCommandCall("/review")).toEqual({ name: "review", words: "" });
  expect(toCommandCall(`/${"x".repeat(201)}`)).toBeNull();
  expect(toCommandCall("review")).toBeNull();
});

it.each<[string, string[]]>([
  ["", ["compress", "code-review", "review", "pr:review", "rerun-evil-view"]],
  ["review", ["review", "code-review", "pr:review", "rerun-evil-view"]],
  ["Rev", ["review", "code-review", "pr:review", "rerun-evil-view"]],
  ["cr", ["compress", "code-review"]],
  ["press", ["compress"]],
  ["zzz", []],
])("finds %j", (typed, names) => {
  const entries = ["compress", "code-review", "review", "pr:review", "rerun-evil-view"].map(command);
  expect(rankNames(entries, typed).map(({ name }) => name)).toEqual(names);
});

it.each([
  ["timestamp", "tmp", false],
  ["timestamp", "stamp", false],
  ["timestamp", "time", true],
  ["timestamp", "", true],
  ["Review", "rev", true],
  ["code-review", "review", true],
  ["pr:review", "REVIEW", true],
  ["code-review", "rev", false],
  ["code-review", "cr", false],
  ["code-review", "code-", true],
])("takes %j as meant by %j: %s", (name, typed, isMeant) => expect(isNameMeant(name, typed)).toBe(isMeant));

it("keeps what can be called, without the slash, once, and within the limits", () => {
  const told = [command("/init"), { name: "init", description: "again" }, command("two words"), command("x".repeat(201))];
  expect(toKeptCommands(told)).toEqual([command("init")]);
  expect(toKeptCommands([{ name: "a", description: "d".repeat(500), hint: "" }])).toEqual([
    { name: "a", description: `${"d".repeat(399)}…` },
  ]);
  expect(toKeptCommands(Array.from({ length: 2_000 }, (_, index) => command(`c${index}`)))).toHaveLength(500);
});
