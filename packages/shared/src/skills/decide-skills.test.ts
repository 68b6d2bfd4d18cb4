import { expect, it } from "vitest";
import { decideSkills, tellSkill } from "./decide-skills.ts";
import type { FoundSkill } from "./skill.ts";

const found = (origin: string, name: string): FoundSkill => ({
  origin,
  path: `${origin}/${name}/SKILL.md`,
  folder: `/w/${origin}/${name}`,
  content: { kind: "skill", name, description: "", body: "\nDo it.\n" },
});

it("the first of a name counts; what does not count is named with its reason, in the order in which it was found", () => {
  const broken: FoundSkill = { ...found(".claude/skills", "b"), content: { kind: "broken", reason: "it is larger than 64 KB" } };
  const { usable, problems } = decideSkills([
    found(".boocode/skills", "a"),
    broken,
    found(".claude/skills", "a"),
    found("~/.claude/skills", "b"),
  ]);
  expect(usable.map(({ path }) => path)).toEqual([".boocode/skills/a/SKILL.md", "~/.claude/skills/b/SKILL.md"]);
  expect(problems).toEqual([
    { path: ".claude/skills/b/SKILL.md", reason: "it is larger than 64 KB" },
    { path: ".claude/skills/a/SKILL.md", reason: ".boocode/skills/a/SKILL.md has the same name and comes first" },
  ]);
  const told = tellSkill(usable[0]!);
  expect(told).toContain('"a"');
  expect(told).toContain("/w/.boocode/skills/a.");
  expect(told.endsWith("\n\nDo it.")).toBe(true);
});
