import type { FoundSkill, SkillProblem } from "./skill.ts";

/** A skill that can be used, with its instructions. */
export type UsableSkill = FoundSkill & { content: Extract<FoundSkill["content"], { kind: "skill" }> };

/**
 * Decides which of the skills that were found count: of several with the same name, the first one. The others, and those that cannot be
 * read, are named with the reason.
 */
export function decideSkills(found: readonly FoundSkill[]): { usable: UsableSkill[]; problems: SkillProblem[] } {
  const usable = new Map<string, UsableSkill>();
  const problems: SkillProblem[] = [];
  for (const { content, ...skill } of found) {
    const { path } = skill;
    if (content.kind === "broken") {
      problems.push({ path, reason: content.reason });
      continue;
    }
    const first = usable.get(content.name);
    if (first) problems.push({ path, reason: `${first.path} has the same name and comes first` });
    else usable.set(content.name, { ...skill, content });
  }
  return { usable: [...usable.values()], problems };
}

/** Writes down what an agent is given of a skill, in front of the prompt that calls it. */
export function tellSkill({ folder, content: { name, body } }: UsableSkill): string {
  return [
    `The person calls the skill "${name}" with the prompt below. Follow its instructions for that prompt. What the person writes behind /${name} goes with them.`,
    `Its folder is ${folder}. Paths in the instructions are relative to that folder. Read the files there that they name.`,
    "",
    body.trim(),
  ].join("\n");
}
