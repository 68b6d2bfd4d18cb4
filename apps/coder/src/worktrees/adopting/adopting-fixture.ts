import { join } from "node:path";
import { findProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { SessionId } from "@boocode/shared/ids";
import type { Adopt } from "@boocode/shared/sessions/session";
import { BUILT_IDS, buildSession } from "@boocode/shared/testing/build";
import { runGit, writeFiles, type RepoFiles } from "@boocode/testkit/repo-builder";
import { silentLogger } from "../../platform/logger.ts";
import type { WorktreeSetup } from "../worktree-fixture.ts";
import { Adoption } from "./adoption.ts";

/** Makes worktrees as a person does, and sessions that adopt them. */
export function createAdopting(setup: Pick<WorktreeSetup, "db" | "git" | "locks" | "time" | "worktrees" | "folder" | "repository">) {
  const { db, folder, repository } = setup;
  const adoption = new Adoption({ ...setup, logger: silentLogger(), worktreesDir: join(folder, "worktrees") });
  let sessions = 0;
  const adopt = async (what: Adopt): Promise<SessionId> => {
    const sessionId = SessionId.parse(`adopting-${++sessions}`);
    const project = (await findProject(db.read, BUILT_IDS.project))!;
    const plan = await adoption.plan(project, sessionId, what);
    const session = buildSession({ id: sessionId, title: plan.title, adoptedBranch: plan.branch });
    await adoption.adopt({ project, sessionId, plan }, (insert) =>
      db.write("full", async (tx) => {
        await insertSession(tx, session);
        await insert(tx);
      }),
    );
    return sessionId;
  };
  /** Adds a worktree on a new branch, beside the repository. Arguments after the name replace the new branch. */
  const addWorktree = async (name: string, ...argv: string[]) => {
    const path = join(folder, "mine", name);
    await repository.git("worktree", "add", "--quiet", ...(argv.length > 0 ? [path, ...argv] : ["-b", name, path]));
    return {
      path,
      git: (...words: string[]) => runGit(path, words),
      write: (files: RepoFiles) => writeFiles(path, files),
    };
  };
  return { adoption, adopt, addWorktree, find: (sessionId: SessionId) => findLiveWorktree(db.read, sessionId) };
}
