import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Fault } from "@boocode/shared/faults/fault";
import type { Fact } from "@boocode/shared/worktrees/assess-risk";
import type { Time } from "../../../platform/time.ts";

/** How long all looks of one guard may take together. */
export const GUARD_LIMIT_MS = 10_000;

/** The time that is left for a look. */
export class Limit {
  readonly #time: Pick<Time, "elapsedMs" | "after">;
  readonly #endsAt: number;
  readonly #limitMs: number;

  constructor(time: Pick<Time, "elapsedMs" | "after">, limitMs: number) {
    this.#time = time;
    this.#limitMs = limitMs;
    this.#endsAt = time.elapsedMs() + limitMs;
  }

  /** The milliseconds left for one git; at least one. Throws if the time is over. */
  get leftMs(): number {
    const left = this.#endsAt - this.#time.elapsedMs();
    if (left <= 0) throw this.#over();
    return Math.max(1, Math.ceil(left));
  }

  /** Throws if the time is over. */
  check(): void {
    void this.leftMs;
  }

  /** Waits for a look as long as there is time: a file system that does not answer must not hold up the answer. */
  async within<T>(look: () => Promise<T>): Promise<T> {
    const { leftMs } = this;
    return new Promise((resolve, reject) => {
      const cancel = this.#time.after(leftMs, () => reject(this.#over()));
      void look().then(resolve, reject).finally(cancel);
    });
  }

  #over(): LookError {
    return new LookError(`it took longer than ${this.#limitMs / 1_000} s`);
  }
}

/** Why a look could not be finished: the end of a sentence. */
export class LookError extends Error {}

/** Runs a look; a failure is an unknown fact, never an empty one. `subject` begins the sentence, such as "The stashes". */
export async function toFact<T>(limit: Limit, subject: string, look: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { isKnown: true, value: await limit.within(look) };
  } catch (error) {
    return { isKnown: false, reason: `${subject} could not be read: ${toCause(error)}.` };
  }
}

function toCause(error: unknown): string {
  if (error instanceof DomainError) return explain(error.fault).replace(/[.\s]+$/, "");
  return (error instanceof Error ? error.message : String(error)).replace(/[.\s]+$/, "");
}

function explain(fault: Fault): string {
  if (fault.kind === "git_failed") return fault.stderrTail.trim().split("\n").at(-1) || `${fault.command} failed`;
  if (fault.kind === "git_timed_out") return "git took too long";
  if (fault.kind === "git_output_too_large") return "git listed more than can be read";
  if (fault.kind === "path_not_found") return `there is no folder ${fault.path}`;
  if (fault.kind === "worktree_elsewhere") return `git uses ${fault.found} in its place`;
  if (fault.kind === "project_gone") return `there is no repository at ${fault.path}`;
  return "reason" in fault ? fault.reason : fault.kind.replaceAll("_", " ");
}
