import { FileIndex, type FileIndexDeps } from "./files/file-index.ts";
import { Skills, type SkillsDeps } from "./skills/skills.ts";

/** Builds what a person can name in a prompt: skills, and files of the worktree. */
export const makeComposing = (deps: SkillsDeps & FileIndexDeps) => ({ skills: new Skills(deps), files: new FileIndex(deps) });
