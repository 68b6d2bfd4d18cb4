import { randomUUID } from "node:crypto";
import type { Database } from "@boocode/db/database";
import { ChangeApply } from "./changes/apply/change-apply.ts";
import { StagedWrites } from "./changes/apply/staged-writes.ts";
import { ChangeCapture } from "./changes/change-capture.ts";
import { TreeComparer } from "./changes/compare/tree-comparer.ts";
import { ChangeDiffs } from "./changes/diffs/change-diffs.ts";
import { forgetOldEdits } from "./changes/edits/forget-old-edits.ts";
import { EditJournal } from "./changes/edits/edit-journal.ts";
import { ChangeExport } from "./changes/export/change-export.ts";
import { PendingChanges } from "./changes/pending-changes.ts";
import { makePrepareEnd } from "./changes/prepare-end.ts";
import { ChangeReject } from "./changes/take-back/change-reject.ts";
import { ChangeRestore } from "./changes/take-back/change-restore.ts";
import { Reviews } from "./changes/review/reviews.ts";
import { StagedChanges } from "./changes/staged/staged-changes.ts";
import { Stashes, type StashesDeps } from "./changes/stash/stashes.ts";
import type { StagedEdits } from "./changes/staged/staged-edits.ts";
import type { SessionId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "./platform/git/git.ts";
import type { Locks } from "./platform/locks.ts";
import type { Logger } from "./platform/logger.ts";
import type { Time } from "./platform/time.ts";
import type { CaptureChanges } from "./tasks/run/run-ports.ts";
import type { Worktrees } from "./worktrees/worktrees.ts";

export interface ChangesInput {
  db: Database;
  git: Git;
  locks: Locks;
  time: Time;
  logger: Logger;
  worktrees: Worktrees;
  staged: StagedEdits;
  /** Of BooCode. */
  version: string;
  listProcesses: StashesDeps["listProcesses"];
  failpoint: ((name: string) => void | Promise<void>) | undefined;
}

/** Builds the parts that list what changed, and write it where the person wants it. */
export function makeChanges({ db, git, locks, time, logger, worktrees, staged, version, listProcesses, failpoint }: ChangesInput) {
  const comparer = new TreeComparer(git);
  const stagedChanges = new StagedChanges({ git, staged });
  const capture = new ChangeCapture({ db, git, locks, worktrees, comparer });
  const prepareEnd = makePrepareEnd({ db, worktrees, capture, staged, ...(failpoint && { failpoint }) });
  const journal = new EditJournal({ db, time, logger, worktrees, prepareEnd, ...(failpoint && { failpoint }) });
  const pendingChanges = new PendingChanges({ db, locks, worktrees, capture, stagedChanges });
  const catchUp = (worktree: Worktree) => pendingChanges.catchUp(worktree);
  const writing = { db, time, locks, worktrees, catchUp, comparer, journal, staged, stagedChanges };
  const changeApply = new ChangeApply(writing);
  const changeReject = new ChangeReject(writing);
  const changeRestore = new ChangeRestore(writing);
  const stagedWrites = new StagedWrites(writing);
  const stashes = new Stashes({ ...writing, git, listProcesses, ...(failpoint && { failpoint }) });
  const changeDiffs = new ChangeDiffs({ db, git, worktrees, comparer, stagedChanges });
  const changeExport = new ChangeExport({ db, git, worktrees, staged, changeDiffs, time, newUuid: randomUUID, version });
  const captureChanges: CaptureChanges = async (sessionId, input) =>
    stagedChanges.addTurn(sessionId, input.task.id, await capture.capture(sessionId, input));
  const listStaged = async (sessionId: SessionId) => (await stagedChanges.list(sessionId)).map(({ row }) => row);
  const reviews = new Reviews({ db, time, listStaged });
  /** Finishes or takes back what a crash interrupted. Runs once, before anything is dispatched. */
  const recover = async () => {
    await journal.recover((edit, work) => changeApply.onGround(edit, work));
    // Not awaited: nobody waits for it.
    void forgetOldEdits({ db, git, time, logger });
  };
  const judging = { changeApply, changeReject, changeRestore, stagedWrites, stashes };
  return { capture, captureChanges, recover, served: { pendingChanges, changeDiffs, ...judging, changeExport, reviews } };
}
