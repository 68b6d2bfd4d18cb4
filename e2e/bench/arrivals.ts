import type { ChatEvent, ChatEventType } from "@boocode/shared/chats/chat-event";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import type { TaskId } from "@boocode/shared/ids";

/** When which event of which task came first, and last, at one reader. */
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

  /** When the first one came. Rejects where the task has ended without. */
  async at(taskId: TaskId, type: ChatEventType): Promise<number> {
    for (;;) {
      const time = this.#first.get(toKey(taskId, type));
      if (time !== undefined) return time;
      if (this.#failure) throw this.#failure;
      if (this.#first.has(toKey(taskId, "task.ended"))) throw new Error(`A turn ended without ${type}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** When the newest one came; wait for the task's end before. */
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
