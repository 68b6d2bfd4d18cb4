import { readTaskEvents } from "@boocode/db/chat-event-store";
import type { Database } from "@boocode/db/database";
import type { TurnDiff, TurnFile } from "@boocode/shared/changes/turn-diff";
import type { Task } from "@boocode/shared/tasks/task";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { GitOverlay } from "../platform/git/git-environment.ts";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import { diffChange } from "./diff-change.ts";
import { readTreeChanges, type TreeChange } from "./compare/read-tree-changes.ts";
import { toChangeId } from "./compare/to-change-id.ts";
import { toOperation } from "./compare/to-operation.ts";

/** The limits of the list: how many files it has, and how many of them come with a patch, up to which size. */
const MAX_FILES = 2_000;
const MAX_DIFFS = 200;
const MAX_PATCH_CHARACTERS = 2 * 1024 * 1024;
const TOGETHER = 4;

export interface TurnDiffInput {
  git: Git;
  overlay: GitOverlay;
  worktree: Worktree;
  task: Task;
  /** The checkpoints before and after the turn. */
  before: string;
  after: string;
}

/** Returns the checkpoints taken before and after a turn; null for one that is missing. */
export async function findTurnCheckpoints(db: Database, task: Task): Promise<{ before: string | null; after: string | null }> {
  const bodies = (await readTaskEvents(db.read, task.id, ["checkpoint.taken"])).map(({ body }) => body);
  const find = (when: "before" | "after") => {
    const found = bodies.findLast((body) => body.type === "checkpoint.taken" && body.when === when);
    return found?.type === "checkpoint.taken" ? found.commit : null;
  };
  return { before: find("before"), after: find("after") };
}

/** Returns what a turn changed, file by file: all changed files, with patches as long as they fit. */
export async function diffTurn(input: TurnDiffInput): Promise<Pick<TurnDiff, "files" | "moreFiles">> {
  const { git, overlay, before, after } = input;
  const changes = await readTreeChanges(git, overlay, before, after);
  const files: TurnFile[] = [];
  let room = MAX_PATCH_CHARACTERS;
  for (let first = 0; first < Math.min(changes.length, MAX_FILES); first += TOGETHER) {
    const some = changes.slice(first, Math.min(first + TOGETHER, MAX_FILES));
    const isRoom = first < MAX_DIFFS && room > 0;
    const read = await Promise.all(some.map((change) => toTurnFile(input, change, isRoom)));
    for (const file of read) {
      room -= file.diff?.patch.length ?? 0;
      files.push(room >= 0 ? file : { ...file, diff: null });
    }
  }
  return { files, moreFiles: Math.max(0, changes.length - files.length) };
}

async function toTurnFile({ git, overlay, worktree, task }: TurnDiffInput, change: TreeChange, hasDiff: boolean): Promise<TurnFile> {
  const id = toChangeId(worktree.id, change);
  return {
    id,
    path: BytePath.toText(change.path),
    ...(change.previousPath !== null && { previousPath: BytePath.toText(change.previousPath) }),
    operation: toOperation(change),
    additions: change.additions,
    deletions: change.deletions,
    binary: change.binary,
    diff: hasDiff ? await diffChange(git, overlay, { change, changeId: id, agent: task.agent, blame: null }) : null,
  };
}
