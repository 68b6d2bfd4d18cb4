import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { writeFiles, type RepoFiles } from "@boocode/testkit/repo-builder";
import { createWorktreeSetup } from "../worktrees/worktree-fixture.ts";
import { ChangeCapture } from "./change-capture.ts";
import { ChangeDiffs } from "./diffs/change-diffs.ts";
import { PendingChanges } from "./pending-changes.ts";

/** Creates a session's worktree on a real repository, and runs turns in it as the task runner does, for tests of changes. */
export async function createTurns(files?: RepoFiles) {
  const setup = await createWorktreeSetup(files);
  const worktree = await setup.worktrees.ensure(setup.sessionId);
  const capturing = new ChangeCapture(setup);
  const capture = (...input: Parameters<ChangeCapture["capture"]>) => capturing.capture(...input);
  let turns = 0;
  return Object.assign(setup, {
    worktree,
    capture,
    changeDiffs: new ChangeDiffs(setup),
    pending: new PendingChanges({ ...setup, capture: capturing }),
    write: (more: RepoFiles) => writeFiles(worktree.path, more),
    /** Runs one turn of an agent: checkpoint, work, checkpoint, capture. */
    async turn(agent: string, work: () => Promise<unknown>, namedPaths: string[] = []) {
      const id = TaskId.parse(`task-${++turns}`);
      const words = { taskId: id, chatId: ChatId.parse(`chat-${agent}`) };
      const find = async () => (await setup.worktrees.find(setup.sessionId)) as Worktree;
      const before = await setup.worktrees.checkpoint(await find(), { ...words, author: null, when: "before" });
      await work();
      const after = await setup.worktrees.checkpoint(await find(), { ...words, author: AgentId.parse(agent), when: "after" });
      const task = { id, chatId: words.chatId, agent: AgentId.parse(agent), before: before.tree, after: after.tree, namedPaths };
      return { before, after, ...(await capture(setup.sessionId, { task })) };
    },
  });
}
