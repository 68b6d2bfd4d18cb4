import { decideUnasked } from "@boocode/shared/agents/turns/decide-unasked";
import { NOBODY_ASKED } from "./permission-asks.ts";
import type { SessionListener } from "./session-listener.ts";
import type { PermissionAsk, PermissionOutcome, SessionUpdate } from "./wire/acp-wire.ts";

type Word = { kind: "update"; update: SessionUpdate } | { kind: "ask"; ask: PermissionAsk; answer(outcome: PermissionOutcome): void };

/** How many unasked updates are held; more are dropped until a turn takes them. */
const MAX_WORDS = 2_000;

/** Holds what an agent does while no prompt is open, until a turn takes it. */
export class UnaskedWords {
  #words: Word[] = [];
  #lost = 0;
  #onBegan = () => {};

  /** Sets the callback for held updates. It is called again if they were not taken. */
  onBegan(began: () => void): void {
    this.#onBegan = began;
  }

  /** Holds an update; returns whether it shows agent activity. */
  update(update: SessionUpdate): boolean {
    const hasText = "content" in update && !Array.isArray(update.content) && (update.content?.text ?? "") !== "";
    if (decideUnasked({ kind: update.sessionUpdate, hasText }) === "pass") return false;
    this.#hold({ kind: "update", update });
    return true;
  }

  ask(ask: PermissionAsk): Promise<PermissionOutcome> {
    return new Promise((answer) => this.#hold({ kind: "ask", ask, answer }));
  }

  /** Passes the held updates to a turn, in order. */
  giveTo(listener: SessionListener): void {
    const words = this.#words;
    this.#words = [];
    if (this.#lost > 0) listener.onLost(`The agent did ${this.#lost} more things by itself, which were too many to keep.`);
    this.#lost = 0;
    for (const word of words) {
      if (word.kind === "update") void listener.onUpdate(word.update);
      else void listener.onAsk(word.ask).then(word.answer);
    }
  }

  /** Calls the callback again after a turn if updates are still held. */
  remind(): void {
    if (this.#words.length > 0) this.#onBegan();
  }

  /** Ends the wait for a turn, because the process is gone: questions are cancelled. Returns the updates, for the process after it. */
  leave(): SessionUpdate[] {
    const words = this.#words;
    this.#words = [];
    for (const word of words) if (word.kind === "ask") word.answer(NOBODY_ASKED);
    return words.flatMap((word) => (word.kind === "update" ? [word.update] : []));
  }

  /** Holds the updates that the process before this one left, for the turn that is accepted for them already. */
  carry(updates: readonly SessionUpdate[]): void {
    this.#words.push(...updates.map((update) => ({ kind: "update", update }) as const));
  }

  #hold(word: Word): void {
    if (this.#words.length >= MAX_WORDS) {
      this.#lost += 1;
      if (word.kind === "ask") word.answer(NOBODY_ASKED);
      return;
    }
    this.#words.push(word);
    if (this.#words.length === 1) this.#onBegan();
  }
}
