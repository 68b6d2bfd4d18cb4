import type { Database } from "@boocode/db/database";
import { findEdit, listProjectsWithOldEdits } from "@boocode/db/stores/edit-store";
import { findProject } from "@boocode/db/stores/project-store";
import { listWorktrees } from "@boocode/db/stores/worktree-store";
import { UNDO_KEPT_MS } from "@boocode/shared/changes/edits/edit";
import { EditId, type ProjectId } from "@boocode/shared/ids";
import type { Git } from "../../platform/git/git.ts";
import type { Logger } from "../../platform/logger.ts";
import { timeOfId } from "../../platform/new-id.ts";
import type { Time } from "../../platform/time.ts";
import { EDIT_REFS } from "./files/edit-place.ts";

export interface ForgetDeps {
  db: Database;
  git: Git;
  time: Pick<Time, "now">;
  logger: Logger;
}

/**
 * Lets go of the contents of edits that can no longer be undone, also of sessions that are gone. Contents of the present base of a worktree
 * stay. Never rejects: a repository that cannot be read is looked at again after the next start.
 */
export async function forgetOldEdits(deps: ForgetDeps): Promise<void> {
  const { db, time, logger } = deps;
  const before = time.now() - UNDO_KEPT_MS;
  const warn = (error: unknown) => logger.warn({ err: error }, "The contents of old edits could not be let go of");
  const projects = await listProjectsWithOldEdits(db.read, before).catch((error: unknown) => {
    warn(error);
    return [];
  });
  for (const projectId of projects) await forgetIn(deps, projectId, before).catch(warn);
}

async function forgetIn({ db, git, time }: ForgetDeps, projectId: ProjectId, before: number): Promise<void> {
  const project = await findProject(db.read, projectId);
  if (!project) return;
  const bases = new Set((await listWorktrees(db.read, projectId)).map(({ baseTree }) => baseTree));
  const background = git.inBackground();
  const { text } = await background.read(project.path, ["for-each-ref", "--format=%(objectname) %(refname)", EDIT_REFS]);
  const old: string[] = [];
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const [oid = "", ref = ""] = line.split(" ");
    const id = EditId.safeParse(ref.slice(EDIT_REFS.length + 1)).data;
    const edit = id === undefined ? null : await findEdit(db.read, id);
    const isOpen = edit !== null && edit.endedAt === null;
    const at = edit?.endedAt ?? timeOfId(id ?? "") ?? time.now();
    const isBase = edit?.baseAfter != null && bases.has(edit.baseAfter);
    if (!isOpen && edit?.state !== "needs_attention" && at < before && !isBase) old.push(`delete ${ref} ${oid}\n`);
  }
  if (old.length > 0) await background.write(project.path, ["update-ref", "--stdin"], { stdin: old.join("") });
}
