import type { PermissionId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";

/**
 * A turn whose agent may ask questions, and the channel for its answers. It is kept in memory while the turn runs, because only a live
 * agent can receive an answer.
 */
export class AskingTurn {
  readonly task: Pick<Task, "id" | "sessionId" | "chatId" | "agent">;
  /** False once the turn was asked to stop: no new questions are accepted after that. */
  isAlive = true;
  readonly #conversation: AgentConversation;
  /** The agent's own ids by stored id; only the stored ids are globally unique. */
  readonly #ownIds = new Map<PermissionId, PermissionId>();

  constructor(task: AskingTurn["task"], conversation: AgentConversation) {
    this.task = task;
    this.#conversation = conversation;
  }

  /** Remembers the agent's own id of a question. */
  note(stored: PermissionId, own: PermissionId): void {
    this.#ownIds.set(stored, own);
  }

  /** Returns whether the agent asked this question. */
  hasAsked(id: PermissionId): boolean {
    return this.#ownIds.has(id);
  }

  /** Tells the agent the outcome of its question. Rejects if the agent could not be told; does nothing for a question it never asked. */
  async tell(id: PermissionId, optionId: string | null): Promise<void> {
    const own = this.#ownIds.get(id);
    if (own !== undefined) await this.tellOwn(own, optionId);
  }

  /** Does the same as {@link tell}, by the agent's own id. */
  async tellOwn(own: PermissionId, optionId: string | null): Promise<void> {
    await this.#conversation.answerPermission(own, optionId);
  }
}
