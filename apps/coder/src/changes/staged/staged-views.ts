import type { Database } from "@boocode/db/database";
import { findTask } from "@boocode/db/stores/chats/task-store";
import type { StagedFile, StagedFiles, StagedView } from "@boocode/shared/agents/agent-backend";
import { stagedState } from "@boocode/shared/changes/staged/staged-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { StagedEdits } from "./staged-edits.ts";

/** A session's staged edits as its agents see and make them. */
export class StagedViews implements StagedFiles {
  readonly #deps: { db: Database; staged: StagedEdits };

  constructor(deps: { db: Database; staged: StagedEdits }) {
    this.#deps = deps;
  }

  open(turn: { chatId: ChatId; taskId: TaskId; agent: AgentId }): StagedView {
    const { db, staged } = this.#deps;
    const { chatId, taskId, agent } = turn;
    const findSession = async () => {
      const task = await findTask(db.read, taskId);
      if (!task) throw new DomainError({ kind: "task_not_found", taskId });
      return task.sessionId;
    };
    return {
      list: async () => {
        const edits = await staged.list(await findSession());
        return new Map(edits.map((edit) => [edit.path, toStagedFile(stagedState(edit), edit.bytes)]));
      },
      read: async (paths, maxBytes) => staged.read(await findSession(), paths, maxBytes),
      stage: async (writes) => staged.stage(await findSession(), writes, { agent, chatId, taskId }),
    };
  }
}

function toStagedFile(state: ReturnType<typeof stagedState>, sizeBytes: number): StagedFile | null {
  // A nested repository is never staged.
  return state === null || state.mode === "160000" ? null : { mode: state.mode, sizeBytes };
}
