import { readTaskEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Database } from "@boocode/db/database";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { SessionId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../platform/git/git.ts";
import { NamedPaths } from "./run/named-paths.ts";
import { type CaptureChanges, type TaskWorktrees, toCapturedEvent, toCheckpointEvent } from "./run/run-ports.ts";

/** The event types that mention files; only these are read. */
const TOLD_TYPES = ["tool.started", "tool.updated", "checkpoint.taken"] as const;

export interface SalvageDeps {
  db: Database;
  git: Pick<Git, "read">;
  worktrees: Pick<TaskWorktrees, "checkpoint"> & { find(sessionId: SessionId): Promise<Worktree | null> };
  captureChanges: CaptureChanges;
}

/** Finishes an interrupted turn the way its run would have: takes the checkpoint after, and captures the changes since the one before. */
export async function salvageTurn(deps: SalvageDeps, { id, chatId, agent, sessionId }: Task): Promise<ChatEventBody[]> {
  const { db, git, worktrees, captureChanges } = deps;
  // Find the worktree but never create it: a missing one has nothing to salvage.
  const worktree = await worktrees.find(sessionId);
  if (worktree?.state !== "live") return [];
  const bodies = (await readTaskEvents(db.read, id, TOLD_TYPES)).map((event) => event.body);
  const before = bodies.findLast((body) => body.type === "checkpoint.taken" && body.when === "before");
  // An agent acts only once this checkpoint is stored, so nothing in the worktree is its own.
  if (before?.type !== "checkpoint.taken") return [];
  const after = await worktrees.checkpoint(worktree, { author: agent, taskId: id, chatId, when: "after" });
  const told: ChatEventBody[] = [toCheckpointEvent("after", after)];
  const { text: beforeTree } = await git.read(worktree.path, ["rev-parse", "--verify", "--end-of-options", `${before.commit}^{tree}`]);
  const named = new NamedPaths();
  for (const body of bodies) named.note(body);
  const task = { id, chatId, agent, before: beforeTree, after: after.tree, namedPaths: named.list() };
  return [...told, toCapturedEvent(await captureChanges(sessionId, { task }))];
}
