import { z } from "zod";

/** The name by which a skill is called, with a slash in front. */
export const SkillName = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/);

/** Instructions in a file `SKILL.md` that a person can have an agent follow for one prompt. */
export interface Skill {
  name: string;
  /** Empty if it gives none. */
  description: string;
  /** The folder of skills that it is in, as a person names it: `.claude/skills` of the project, `~/.claude/skills` of the person. */
  origin: string;
}

/** A skill that cannot be used, and why. */
export interface SkillProblem {
  /** Of the file or folder, as a person names it. */
  path: string;
  reason: string;
}

/** The skills that can be used in a session. */
export interface KnownSkills {
  skills: Skill[];
  problems: SkillProblem[];
  /** True if the project has skills that cannot be used before the person trusts it. */
  isWithheld: boolean;
}

/** What was found where a skill could be. */
export interface FoundSkill {
  origin: string;
  /** As a person names it. */
  path: string;
  /** The absolute path of the skill's folder. */
  folder: string;
  content: { kind: "skill"; name: string; description: string; body: string } | { kind: "broken"; reason: string };
}
