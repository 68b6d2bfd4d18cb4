import type { Database } from "@boocode/db/database";
import { findTask } from "@boocode/db/stores/chats/task-store";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { CheckpointStep } from "../../worktrees/checkpoints/checkpoint-step.ts";
import type { RawWorktree } from "../../worktrees/checkpoints/raw-worktree.ts";
import type { EditPlace } from "../edits/files/edit-place.ts";
import { storeMovedTree, storeOwnTree } from "../edits/store-own-tree.ts";

/** The checkpoint of what the person saved by hand. */
export interface SavePlan {
  /** The newest checkpoint's tree with the files as they are now. */
  tree: string;
  /** The tree after which all up to `tree` is the person's. */
  personFrom: string;
  /** Whoever changed the files before, then the person; of an undo, only the former. */
  steps: CheckpointStep[];
  /** The paths that it holds: git ignores the others. */
  paths: BytePath[];
}

/**
 * Plans the checkpoint after files were saved by hand. What was on disk before, and in no checkpoint yet, becomes a step of its own: of the
 * turn's agent while a turn runs, else of the person. What git ignores is written, and in no checkpoint. Faults: those of git.
 *
 * @param tip the newest checkpoint's tree
 */
export async function planSave(
  { db, place, raw }: { db: Database; place: EditPlace; raw: RawWorktree },
  edit: Edit,
  tip: string,
): Promise<SavePlan> {
  const files = await withoutIgnored(raw, edit.files);
  const paths = files.map(({ path }) => BytePath.of(path));
  const tree = await storeOwnTree(place, tip, files);
  // After a crash, the checkpoint may be there already.
  if (tree === tip) return { tree, personFrom: tip, steps: [], paths };
  const started = await storeMovedTree(
    place,
    tip,
    files.map(({ path, before }) => ({ path, from: before, to: before })),
  );
  const task = edit.taskId === null ? null : await findTask(db.read, edit.taskId);
  const steps: CheckpointStep[] = [];
  if (started !== tip) {
    steps.push({ tree: started, author: task?.agent ?? null, chatId: task?.chatId ?? null, taskId: task?.id ?? null });
  }
  if (edit.undoes === null) steps.push({ tree, author: null, chatId: null, taskId: null });
  return { tree, personFrom: task ? started : tip, steps, paths };
}

/** Leaves out the files that git ignores and no checkpoint holds. */
async function withoutIgnored({ git, path: cwd, overlay, settings }: RawWorktree, files: readonly FileEdit[]): Promise<FileEdit[]> {
  // This command takes no literal pathspecs. With `./` in front, no name is read as anything but a name.
  const { stdout } = await git.read(cwd, ["--no-literal-pathspecs", "check-ignore", "-z", "--stdin"], {
    overlay,
    settings,
    stdin: BytePath.list(files.map(({ path }) => BytePath.of(`./${path}`))),
    // 1: none of them is ignored.
    exitCodes: [0, 1],
  });
  const ignored = new Set(BytePath.split(stdout).map((each) => BytePath.toBytes(each).slice("./".length)));
  return files.filter(({ path }) => !ignored.has(path));
}
