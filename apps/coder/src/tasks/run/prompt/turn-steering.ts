import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { findChat } from "@boocode/db/stores/chats/chat-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findTask, listOpenTasks } from "@boocode/db/stores/chats/task-store";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { PromptId, type TaskId } from "@boocode/shared/ids";
import { mayTake } from "@boocode/shared/tasks/decide-steer";
import type { Task } from "@boocode/shared/tasks/task";
import { newId } from "../../../platform/new-id.ts";
import { moveInQueue } from "../../move-in-queue.ts";
import { accept } from "../../send-prompt.ts";
import { endTask } from "../end-task.ts";
import type { TaskDeps } from "../run-ports.ts";

export interface TurnSteeringDeps extends TaskDeps {
  /** Has the queue looked at again: words may come back when no turn is left whose end would do that. */
  wake(): void;
}

/** A running turn, seen from those who have words for it. */
export interface SteerableTurn {
  task: Task;
  conversation: Pick<AgentConversation, "steer">;
  /** Stores what the agent has said so far. */
  flush(): Promise<void>;
}

/** Gives a running turn the words that wait for it in the queue. */
export class TurnSteering {
  readonly #deps: TurnSteeringDeps;
  readonly #turn: SteerableTurn;
  readonly #offered = new Set<TaskId>();

  constructor(deps: TurnSteeringDeps, turn: SteerableTurn) {
    this.#deps = deps;
    this.#turn = turn;
  }

  /** Whether the agent takes words during a turn. */
  get isPossible(): boolean {
    return this.#turn.conversation.steer !== undefined;
  }

  /** Offers the agent all words that wait for this turn, each once. Never rejects. */
  async look(): Promise<void> {
    const { id, sessionId } = this.#turn.task;
    try {
      const waiting = (await listOpenTasks(this.#deps.db.read, sessionId)).filter(
        (task) => task.steers === id && !this.#offered.has(task.id),
      );
      for (const { id: wordsId } of waiting) this.#offered.add(wordsId);
      await Promise.all(waiting.map((words) => this.#offer(words)));
    } catch (error) {
      // They stay in the queue and run after the turn.
      this.#deps.logger.warn({ err: error, taskId: id }, "Words for a running turn could not be given to it");
    }
  }

  async #offer(words: Task): Promise<void> {
    let isTaken = false;
    const take = async () => {
      await this.#turn.flush();
      const text = await takeWords(this.#deps, words.id, this.#turn.task.id);
      isTaken = text !== null;
      return text;
    };
    const isGiven = await this.#turn.conversation.steer?.(words.text, take);
    if (isTaken && !isGiven) await this.#putBack(words);
  }

  /** Makes a prompt of words that the agent did not take in the end. */
  async #putBack(words: Task): Promise<void> {
    const { db, time } = this.#deps;
    const at = time.now();
    await db.write("full", async (tx, announce) => {
      const [chat, session, taken] = [
        await findChat(tx, words.chatId),
        await findSession(tx, words.sessionId),
        await findTask(tx, words.id),
      ];
      if (!chat || !session || !taken) return;
      const { agent, model, mode, text } = taken;
      const promptId = PromptId.parse(newId("prompt", at));
      const task = await accept({ tx, announce, at }, { promptId, agent, model, mode, text }, session, chat);
      await moveInQueue({ tx, announce, at }, task, { next: "first" });
      const told = "The agent did not take your last message during its turn. It is the next prompt.";
      const body = { type: "notice" as const, level: "info" as const, text: told };
      await appendChatEvents(tx, announce, session.id, [{ chatId: chat.id, taskId: this.#turn.task.id, at, body }]);
    });
    this.#deps.wake();
  }
}

/** Ends waiting words as given to a turn, and writes them into the turn, in one transaction. Returns them; null if they do not wait any more. */
async function takeWords(deps: TaskDeps, wordsId: TaskId, turnId: TaskId): Promise<string | null> {
  const end = { state: "cancelled", cause: "steered", evidence: null, usage: null, model: "" } as const;
  const ended = await endTask(deps, {
    taskId: wordsId,
    end,
    only: async (tx, task) => mayTake(task, await findTask(tx, turnId)),
    beside: (task, at) => [
      {
        chatId: task.chatId,
        taskId: turnId,
        at,
        body: { type: "prompt.steered", promptId: task.promptId, from: task.id, text: task.text },
      },
    ],
  });
  return ended?.text ?? null;
}
