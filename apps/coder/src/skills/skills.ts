import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import { decideSkills, type UsableSkill } from "@boocode/shared/skills/decide-skills";
import type { KnownSkills } from "@boocode/shared/skills/skill";
import { isTrusted } from "@boocode/shared/trust/decide-trust";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Trust } from "../trust/trust.ts";
import { isOfProject, type PersonPlaces, readPersonSkills, readProjectSkills } from "./read-skills.ts";

export interface SkillsDeps extends PersonPlaces {
  db: Database;
  trust: Pick<Trust, "report" | "isTrusted">;
}

/** Where a skill is used. */
export interface SkillPlace {
  worktree: Worktree;
  /** Whether the project was trusted when the turn was prepared. */
  projectTrusted: boolean;
}

const UNTRUSTED = "It is the project's, and you have not trusted this project as it is now.";

/** The skills of projects and of the person. Nothing is kept: each call reads the disk. */
export class Skills {
  readonly #deps: SkillsDeps;

  constructor(deps: SkillsDeps) {
    this.#deps = deps;
  }

  /** Lists the skills that can be used in a session: those of its worktree, or of the project's checkout before it has one, then the person's. */
  async list(sessionId: SessionId): Promise<KnownSkills> {
    const { db, trust } = this.#deps;
    const session = await findSession(db.read, sessionId);
    const project = session && (await findProject(db.read, session.projectId));
    if (!session || !project) throw new DomainError({ kind: "session_not_found", sessionId });
    const worktree = await findLiveWorktree(db.read, sessionId);
    const root = worktree?.state === "live" ? worktree.path : project.path;
    const [inProject, own] = await Promise.all([readProjectSkills(root), readPersonSkills(this.#deps)]);
    // Where the project has none, nothing has to be trusted.
    const mayUse = inProject.length === 0 || isTrusted((await trust.report(project.id, sessionId)).state);
    const { usable, problems } = decideSkills([...(mayUse ? inProject : []), ...own]);
    const skills = usable.map(({ origin, content: { name, description } }) => ({ name, description, origin }));
    return { skills, problems, isWithheld: !mayUse };
  }

  /** Finds a skill for a turn that begins; one of the project only if the project is trusted with it. Faults: `skill_unusable`. */
  async find({ worktree, projectTrusted }: SkillPlace, name: string): Promise<UsableSkill> {
    const skill = await findSkill(this.#deps, { worktreePath: worktree.path, projectTrusted }, name);
    // After it was read: the worktree's setup, or a program still running in it, may have written it since trust was checked.
    if (isOfProject(skill) && !(await this.#deps.trust.isTrusted(worktree)))
      throw new DomainError({ kind: "skill_unusable", name, reason: UNTRUSTED });
    return skill;
  }
}

/** Finds a skill by its name. Faults: `skill_unusable`. */
export async function findSkill(
  person: PersonPlaces,
  { worktreePath, projectTrusted }: { worktreePath: string; projectTrusted: boolean },
  name: string,
): Promise<UsableSkill> {
  const [inProject, own] = await Promise.all([readProjectSkills(worktreePath), readPersonSkills(person)]);
  const { usable, problems } = decideSkills([...(projectTrusted ? inProject : []), ...own]);
  const found = usable.find(({ content }) => content.name === name);
  if (found) return found;
  const problem = problems.find(({ path }) => path.endsWith(`/${name}/SKILL.md`));
  const isWithheld = !projectTrusted && decideSkills(inProject).usable.some(({ content }) => content.name === name);
  const reason = problem
    ? `${problem.path}: ${problem.reason}.`
    : isWithheld
      ? UNTRUSTED
      : "There is no such skill in this session's folder, nor among your own.";
  throw new DomainError({ kind: "skill_unusable", name, reason });
}
