import type { Task, TaskStep } from "@boocode/shared/tasks/task";
import type { Feed } from "../../feed/feed.ts";
import type { Time } from "../../platform/time.ts";

/** How long a step lasts before anyone is told about it, in milliseconds: a page need not read tasks again for a step that is over. */
const TOLD_AFTER_MS = 200;

/** What a task is doing before its turn begins. Known only while its run lives. */
export class RunStep {
  readonly #deps: { feed: Pick<Feed, "changed">; time: Pick<Time, "after"> };
  readonly #task: Pick<Task, "id" | "sessionId">;
  #current: TaskStep | null = null;
  #forget: () => void = () => {};

  constructor(deps: { feed: Pick<Feed, "changed">; time: Pick<Time, "after"> }, task: Pick<Task, "id" | "sessionId">) {
    this.#deps = deps;
    this.#task = task;
  }

  /** Null before the first step and once the turn has begun. */
  get current(): TaskStep | null {
    return this.#current;
  }

  set(step: TaskStep | null): void {
    this.#forget();
    this.#forget = () => {};
    this.#current = step;
    // The start and the end of a task are announced with their own writes.
    if (step === null) return;
    const { id, sessionId } = this.#task;
    this.#forget = this.#deps.time.after(TOLD_AFTER_MS, () => this.#deps.feed.changed({ noun: "tasks", ids: [id], sessionId }));
  }
}
