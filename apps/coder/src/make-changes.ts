import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Database } from "@boocode/db/database";
import { ChangeApply } from "./changes/apply/change-apply.ts";
import { StagedWrites } from "./changes/apply/staged-writes.ts";
import { ChangeCapture } from "./changes/change-capture.ts";
import { TreeComparer } from "./changes/compare/tree-comparer.ts";
import { ChangeDiffs } from "./changes/diffs/change-diffs.ts";
import { OldEdits } from "./changes/edits/forget-old-edits.ts";
import { Aheads } from "./changes/edits/ahead/aheads.ts";
import { EditJournal } from "./changes/edits/edit-journal.ts";
import { ChangeExport } from "./changes/export/change-export.ts";
import { PendingChanges } from "./changes/pending-changes.ts";
import { makePrepareEnd } from "./changes/prepare-end.ts";
import { ChangeReject } from "./changes/take-back/change-reject.ts";
import { ChangeRestore } from "./changes/take-back/change-restore.ts";
import { FileSaves } from "./changes/saves/file-saves.ts";
import { Reviews } from "./changes/review/reviews.ts";
import { StagedChanges } from "./changes/staged/staged-changes.ts";
import { DroppedStashes } from "./changes/stash/dropped-stashes.ts";
import { StashApply } from "./changes/stash/stash-apply.ts";
import { Stashes, type StashesDeps } from "./changes/stash/stashes.ts";
import type { StagedEdits } from "./changes/staged/staged-edits.ts";
import type { Feed } from "./feed/feed.ts";
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
  feed: Feed;
  git: Git;
  locks: Locks;
  time: Time;
  logger: Logger;
  worktrees: Worktrees;
  staged: StagedEdits;
  /** Of BooCode. */
  version: string;
  dataDir: string;
  listProcesses: StashesDeps["listProcesses"];
  failpoint: ((name: string) => void | Promise<void>) | undefined;
}

/** Builds the parts that list what changed, and write it where the person wants it. */
export function makeChanges(input: ChangesInput, parts: AsyncDisposableStack) {
  const { db, feed, git, locks, time, logger, worktrees, staged, version, dataDir, listProcesses, failpoint } = input;
  const comparer = new TreeComparer(git);
  const stagedChanges = new StagedChanges({ git, staged });
  const capture = new ChangeCapture({ db, git, locks, worktrees, comparer });
  const prepareEnd = makePrepareEnd({ db, worktrees, capture, staged, ...(failpoint && { failpoint }) });
  const aheads = new Aheads({ folder: join(dataDir, "edits"), logger, time, failpoint: failpoint ?? (() => {}) });
  /** Resolves once the files of all edits that are done are durable. */
  const settle = () => aheads.settleAll();
  parts.defer(settle);
  const journal = new EditJournal({ db, time, logger, worktrees, prepareEnd, aheads, ...(failpoint && { failpoint }) });
  const pendingChanges = new PendingChanges({ db, locks, worktrees, capture, stagedChanges });
  const catchUp = (worktree: Worktree) => pendingChanges.catchUp(worktree);
  const writing = { db, time, locks, worktrees, catchUp, comparer, journal, staged, stagedChanges };
  const changeApply = new ChangeApply(writing);
  const changeReject = new ChangeReject(writing);
  const changeRestore = new ChangeRestore(writing);
  const stagedWrites = new StagedWrites(writing);
  const fileSaves = new FileSaves(writing);
  const stashes = new Stashes({ ...writing, feed, git, listProcesses, ...(failpoint && { failpoint }) });
  const stashApply = new StashApply({ ...writing, git, ...(failpoint && { failpoint }) });
  const droppedStashes = new DroppedStashes({ db, feed, git, time, logger });
  const changeDiffs = new ChangeDiffs({ db, git, worktrees, comparer, stagedChanges });
  const changeExport = new ChangeExport({ db, git, worktrees, staged, changeDiffs, time, newUuid: randomUUID, version });
  const captureChanges: CaptureChanges = async (sessionId, input) =>
    stagedChanges.addTurn(sessionId, input.task.id, await capture.capture(sessionId, input));
  const listStaged = async (sessionId: SessionId) => (await stagedChanges.list(sessionId)).map(({ row }) => row);
  const reviews = new Reviews({ db, time, listStaged });
  /** Finishes or takes back what a crash interrupted. Runs once, before anything is dispatched. */
  const recover = () => journal.recover((edit, work) => changeApply.onGround(edit, work));
  const oldEdits = new OldEdits({ db, git, time, logger });
  /** Lets go of what can no longer be brought back. Never rejects. */
  const expire = async () => {
    await droppedStashes.expire();
    await oldEdits.expire();
  };
  const judging = { changeApply, changeReject, changeRestore, stagedWrites, fileSaves, stashes, stashApply, droppedStashes };
  return {
    capture,
    captureChanges,
    catchUp,
    recover,
    expire,
    settle,
    served: { pendingChanges, changeDiffs, ...judging, changeExport, reviews },
  };
}
