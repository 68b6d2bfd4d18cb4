import type { PermissionId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";

/** A turn whose agent may ask: who is told the answers. Held while the turn runs, in memory, because only a live agent can be told. */
export class AskingTurn {
  readonly task: Pick<Task, "id" | "sessionId" | "chatId" | "agent">;
  /** False once it was asked to stop: then nothing new is asked. */
  isAlive = true;
  readonly #conversation: AgentConversation;
  /** The agent's own ids: the stored ones are unique everywhere. */
  readonly #ownIds = new Map<PermissionId, PermissionId>();

  constructor(task: AskingTurn["task"], conversation: AgentConversation) {
    this.task = task;
    this.#conversation = conversation;
  }

  /** Remembers what the agent calls a question. */
  note(stored: PermissionId, own: PermissionId): void {
    this.#ownIds.set(stored, own);
  }

  /** Whether the agent asked this. */
  hasAsked(id: PermissionId): boolean {
    return this.#ownIds.has(id);
  }

  /** Tells the agent what became of its question. Rejects where it could not be told; for what it never asked: nothing. */
  async tell(id: PermissionId, optionId: string | null): Promise<void> {
    const own = this.#ownIds.get(id);
    if (own !== undefined) await this.tellOwn(own, optionId);
  }

  /** The same by the agent's own id. */
  async tellOwn(own: PermissionId, optionId: string | null): Promise<void> {
    await this.#conversation.answerPermission(own, optionId);
  }
}
