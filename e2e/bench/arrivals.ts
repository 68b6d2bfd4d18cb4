import type { ChatEvent, ChatEventType } from "@boocode/shared/chats/chat-event";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import type { TaskId } from "@boocode/shared/ids";

/** Records when each event type of each task first and last arrived at one reader. */
export class Arrivals {
  readonly #first = new Map<string, number>();
  readonly #last = new Map<string, number>();
  #waiting: (() => void)[] = [];
  #failure: Error | null = null;

  note(frame: SessionFrame): void {
    const now = performance.now();
    if (frame.kind !== "events") return;
    for (const event of frame.events) {
      const key = toKey(event.taskId, event.body.type);
      if (!this.#first.has(key)) this.#first.set(key, now);
      this.#last.set(key, now);
    }
    this.#look();
  }

  fail(error: Error): void {
    this.#failure = error;
    this.#look();
  }

  /** When the first event of a type arrived. Rejects if the task ended without one. */
  async at(taskId: TaskId, type: ChatEventType): Promise<number> {
    for (;;) {
      const time = this.#first.get(toKey(taskId, type));
      if (time !== undefined) return time;
      if (this.#failure) throw this.#failure;
      if (this.#first.has(toKey(taskId, "task.ended"))) throw new Error(`A turn ended without ${type}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** When the newest event of a type arrived. Wait for the task's end first. */
  lastAt(taskId: TaskId, type: ChatEventType): number {
    const time = this.#last.get(toKey(taskId, type));
    if (time === undefined) throw new Error(`A turn ended without ${type}`);
    return time;
  }

  #look(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const toKey = (taskId: ChatEvent["taskId"], type: ChatEventType) => `${taskId} ${type}`;
