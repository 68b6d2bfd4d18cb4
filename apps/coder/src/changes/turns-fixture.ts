import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { findChat, insertChat } from "@boocode/db/stores/chats/chat-store";
import { insertTask } from "@boocode/db/stores/chats/task-store";
import { updateWorktree } from "@boocode/db/stores/worktree-store";
import type { CapturedTurn } from "@boocode/shared/changes/captured-turn";
import type { NewChatEvent } from "@boocode/shared/chats/chat-event";
import { AgentId, ChatId, PromptId, TaskId } from "@boocode/shared/ids";
import { buildChat, buildTask } from "@boocode/shared/testing/build";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { writeFiles, type RepoFiles } from "@boocode/testkit/repo-builder";
import { silentLogger } from "../platform/logger.ts";
import { BytePath } from "../platform/git/byte-path.ts";
import { createWorktreeSetup } from "../worktrees/worktree-fixture.ts";
import { ChangeApply } from "./apply/change-apply.ts";
import { StagedWrites } from "./apply/staged-writes.ts";
import { ChangeCapture } from "./change-capture.ts";
import { ChangeDiffs } from "./diffs/change-diffs.ts";
import { TreeComparer } from "./compare/tree-comparer.ts";
import { Aheads } from "./edits/ahead/aheads.ts";
import { EditJournal } from "./edits/edit-journal.ts";
import { PendingChanges } from "./pending-changes.ts";
import { makePrepareEnd } from "./prepare-end.ts";
import { Locks } from "../platform/locks.ts";
import { openLog } from "../platform/logger.ts";
import { systemTime } from "../platform/time.ts";
import { ChangeReject } from "./take-back/change-reject.ts";
import { ChangeRestore } from "./take-back/change-restore.ts";
import { FileSaves } from "./saves/file-saves.ts";
import { DroppedStashes } from "./stash/dropped-stashes.ts";
import { StashApply } from "./stash/stash-apply.ts";
import { Stashes } from "./stash/stashes.ts";
import { StagedChanges } from "./staged/staged-changes.ts";
import { StagedEdits, type StagedEditsDeps } from "./staged/staged-edits.ts";

/** Opens the staged edits of a store. */
export function openStaged(deps: StagedEditsDeps) {
  const staged = new StagedEdits(deps);
  return { staged, stagedChanges: new StagedChanges({ git: deps.git, staged }) };
}

/** Creates a session's worktree on a real repository, and runs turns in it as the task runner does, for tests of changes. */
export async function createTurns(files?: RepoFiles) {
  const setup = await createWorktreeSetup(files);
  const worktree = await setup.worktrees.ensure(setup.sessionId);
  const comparer = new TreeComparer(setup.git);
  const aheadDir = join(setup.folder, "edits");
  const capturing = new ChangeCapture({ ...setup, comparer });
  const { staged, stagedChanges } = openStaged(setup);
  const pending = new PendingChanges({ ...setup, capture: capturing, stagedChanges });
  /** The parts that write files, as a daemon that has just started has them. With a failpoint, they may be left in the middle of their work. */
  const openEdits = (failpoint?: (name: string) => void | Promise<void>) => {
    const locks = failpoint ? new Locks() : setup.locks;
    const prepareEnd = makePrepareEnd({ ...setup, capture: capturing, staged, ...(failpoint && { failpoint }) });
    const { logger } = openLog({ level: "silent", folder: null, stderr: null, secrets: [] });
    const aheads = new Aheads({ folder: aheadDir, logger, time: systemTime, failpoint: failpoint ?? (() => {}) });
    const journal = new EditJournal({ ...setup, time: systemTime, logger, prepareEnd, aheads, ...(failpoint && { failpoint }) });
    const catchUp = (now: Worktree) => pending.catchUp(now);
    const writing = { ...setup, locks, time: systemTime, comparer, journal, staged, stagedChanges, catchUp };
    const [apply, stagedWrites] = [new ChangeApply(writing), new StagedWrites(writing)];
    const [reject, restore] = [new ChangeReject(writing), new ChangeRestore(writing)];
    const fileSaves = new FileSaves(writing);
    const listProcesses = async () => [];
    const droppedStashes = new DroppedStashes({
      db: setup.db,
      feed: setup.feed,
      git: setup.git,
      time: writing.time,
      logger: silentLogger(),
    });
    const stashes = new Stashes({ ...writing, git: setup.git, listProcesses, ...(failpoint && { failpoint }) });
    const stashApply = new StashApply({ ...writing, git: setup.git, ...(failpoint && { failpoint }) });
    return {
      journal,
      aheads,
      apply,
      reject,
      restore,
      stagedWrites,
      fileSaves,
      stashes,
      stashApply,
      droppedStashes,
      recover: () => journal.recover((edit, work) => apply.onGround(edit, work)),
    };
  };
  const capture = (...input: Parameters<ChangeCapture["capture"]>) => capturing.capture(...input);
  let turns = 0;
  let recorded = 0;
  const find = async () => (await setup.worktrees.find(setup.sessionId)) as Worktree;
  return Object.assign(setup, {
    worktree,
    capture,
    staged,
    stagedChanges,
    comparer,
    changeDiffs: new ChangeDiffs({ ...setup, comparer, stagedChanges }),
    pending,
    openEdits,
    ...openEdits(),
    write: (more: RepoFiles) => writeFiles(worktree.path, more),
    /** Writes as BooCode itself does when something is rejected or restored: the checkpoint is nobody's. */
    async own(work: () => Promise<unknown>, written: readonly string[] = []) {
      await setup.locks.worktree(await find(), async () => {
        await work();
        const git = (...argv: string[]) => setup.repository.git("-C", worktree.path, ...argv);
        await git("add", "--all", "--force");
        const tree = await git("write-tree");
        await git("read-tree", "HEAD");
        await setup.worktrees.checkpointOwn(await find(), tree, written.map(BytePath.ofText));
      });
      return capture(setup.sessionId);
    },
    /** Moves the base forward as applying does: these files now have this text in it. */
    async moveBase(more: Readonly<Record<string, string>>) {
      const { git, path } = setup.repository;
      const now = await find();
      await git("read-tree", now.baseTree);
      for (const [name, text] of Object.entries(more)) {
        await writeFile(join(path, ".git", "moved"), text);
        const oid = await git("hash-object", "-w", "--no-filters", join(path, ".git", "moved"));
        await git("update-index", "--add", "--cacheinfo", `100644,${oid},${name}`);
      }
      const baseTree = await git("write-tree");
      await git("read-tree", "HEAD");
      await setup.db.write("full", (tx) => updateWorktree(tx, now.id, { baseTree }));
      return capture(setup.sessionId);
    },
    /** Runs one turn of an agent: checkpoint, work, checkpoint, capture. */
    async turn(agent: string, work: () => Promise<unknown>, namedPaths: string[] = []) {
      const id = TaskId.parse(`task-${++turns}`);
      const words = { taskId: id, chatId: ChatId.parse(`chat-${agent}`) };
      const before = await setup.worktrees.checkpoint(await find(), { ...words, author: null, when: "before" });
      await work();
      const after = await setup.worktrees.checkpoint(await find(), { ...words, author: AgentId.parse(agent), when: "after" });
      const task = { id, chatId: words.chatId, agent: AgentId.parse(agent), before: before.tree, after: after.tree, namedPaths };
      return { task, before, after, ...(await capture(setup.sessionId, { task })) };
    },
    /** Stores a turn and its checkpoints as the task runner does, so that it can be restored. */
    async record({ task, before, after }: { task: CapturedTurn; before: Checkpoint; after: Checkpoint }) {
      const { sessionId, db } = setup;
      const { id, chatId, agent } = task;
      const at = ++recorded;
      const of = (when: "before" | "after", { commit, leftOut }: Checkpoint): NewChatEvent => ({
        chatId,
        taskId: id,
        at,
        body: { type: "checkpoint.taken", when, commit, leftOut },
      });
      await db.write("full", async (tx, announce) => {
        if (!(await findChat(tx, chatId))) await insertChat(tx, buildChat({ id: chatId, sessionId, agent }));
        const promptId = PromptId.parse(`prompt-${id}`);
        await insertTask(
          tx,
          buildTask({ id, sessionId, chatId, agent, promptId, model: `vendor/${agent}`, state: "completed", startedAt: at }),
        );
        await appendChatEvents(tx, announce, sessionId, [of("before", before), of("after", after)]);
      });
      return id;
    },
  });
}
