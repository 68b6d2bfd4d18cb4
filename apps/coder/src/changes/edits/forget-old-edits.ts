import type { Database } from "@boocode/db/database";
import { findEdit, listProjectsWithOldEdits } from "@boocode/db/stores/changes/edit-store";
import { findProject } from "@boocode/db/stores/project-store";
import { listWorktrees } from "@boocode/db/stores/worktree-store";
import { UNDO_KEPT_MS } from "@boocode/shared/changes/edits/edit";
import { EditId, type ProjectId } from "@boocode/shared/ids";
import { ConfirmedTime } from "../../platform/confirmed-time.ts";
import type { Git } from "../../platform/git/git.ts";
import type { Logger } from "../../platform/logger.ts";
import { timeOfId } from "../../platform/new-id.ts";
import type { Time } from "../../platform/time.ts";
import { EDIT_REFS } from "./files/edit-place.ts";

export interface OldEditsDeps {
  db: Database;
  git: Git;
  time: Pick<Time, "now" | "elapsedMs">;
  logger: Logger;
}

/** How much later it must be before the repositories are looked at again, in milliseconds. */
const EVERY_MS = 24 * 60 * 60 * 1_000;

/** Lets go of the contents of edits that can no longer be undone, also of sessions that are gone. */
export class OldEdits {
  readonly #deps: OldEditsDeps;
  readonly #confirmed: ConfirmedTime;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: OldEditsDeps) {
    this.#deps = deps;
    this.#confirmed = new ConfirmedTime(deps.time);
  }

  /** Looks once a day, and never trusts a clock that is wrong for a moment. Never rejects. */
  async expire(): Promise<void> {
    const now = this.#confirmed.look();
    if (now === Number.NEGATIVE_INFINITY || Math.abs(now - this.#lookedAt) < EVERY_MS) return;
    this.#lookedAt = now;
    await forgetOldEdits(this.#deps, now);
  }
}

/** Contents of the present base of a worktree stay. A repository that cannot be read is looked at again another day. */
async function forgetOldEdits(deps: OldEditsDeps, now: number): Promise<void> {
  const { db, logger } = deps;
  const before = now - UNDO_KEPT_MS;
  const warn = (error: unknown) => logger.warn({ err: error }, "The contents of old edits could not be let go of");
  const projects = await listProjectsWithOldEdits(db.read, before).catch((error: unknown) => {
    warn(error);
    return [];
  });
  for (const projectId of projects) await forgetIn(deps, projectId, before).catch(warn);
}

async function forgetIn({ db, git }: OldEditsDeps, projectId: ProjectId, before: number): Promise<void> {
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
    const at = edit?.endedAt ?? timeOfId(id ?? "") ?? before;
    const isBase = edit?.baseAfter != null && bases.has(edit.baseAfter);
    if (!isOpen && edit?.state !== "needs_attention" && at < before && !isBase) old.push(`delete ${ref} ${oid}\n`);
  }
  if (old.length > 0) await background.write(project.path, ["update-ref", "--stdin"], { stdin: old.join("") });
}
