import type { Attachment } from "@boocode/shared/attachments/attachment";
import type { ChatId, PromptId } from "@boocode/shared/ids";
import { useSyncExternalStore } from "react";
import {
  addToDraft,
  attachTo,
  beginSend,
  decodeDraft,
  detachFrom,
  encodeDraft,
  settleAccepted,
  settleFailed,
  writeDraft,
  type Draft,
  type SendAttempt,
} from "./draft.ts";

/** Storage that keeps drafts after the page closes: `localStorage`, or a test's own. */
export interface DraftKeep {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Delay between typing and writing to storage, in milliseconds. Leaving the page writes at once. */
const GATHER_MS = 300;
const keyOf = (chatId: ChatId) => `boocode.draft.${chatId}`;

/** Holds the drafts of all chats and mirrors them in this browser's storage. */
export class DraftStore {
  readonly #keep: DraftKeep;
  readonly #drafts = new Map<ChatId, Draft>();
  /** Prompts shown before the journal has their events. */
  readonly #shown = new Map<ChatId, readonly SendAttempt[]>();
  readonly #listeners = new Set<() => void>();
  readonly #unwritten = new Set<ChatId>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(keep: DraftKeep) {
    this.#keep = keep;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  read(chatId: ChatId): Draft {
    let draft = this.#drafts.get(chatId);
    if (!draft) {
      draft = decodeDraft(this.#readKept(chatId));
      this.#drafts.set(chatId, draft);
    }
    return draft;
  }

  /** Prompts being sent, or accepted but not yet in the transcript. */
  shown(chatId: ChatId): readonly SendAttempt[] {
    return this.#shown.get(chatId) ?? NOTHING;
  }

  write(chatId: ChatId, text: string): void {
    this.#change(chatId, writeDraft(this.read(chatId), text), "later");
  }

  /** Adds a text and files to what is written. */
  add(chatId: ChatId, text: string, files: readonly Attachment[]): void {
    this.#change(chatId, addToDraft(this.read(chatId), text, files), "now");
  }

  attach(chatId: ChatId, file: Attachment): void {
    this.#change(chatId, attachTo(this.read(chatId), file), "now");
  }

  detach(chatId: ChatId, place: number): void {
    this.#change(chatId, detachFrom(this.read(chatId), place), "now");
  }

  /** Moves text and files into a send attempt. The attempt is stored before anything is sent. */
  begin(chatId: ChatId, mint: () => PromptId): SendAttempt {
    const { draft, attempt } = beginSend(this.read(chatId), mint);
    this.show(chatId, attempt);
    this.#change(chatId, draft, "now");
    return attempt;
  }

  /** Shows a prompt that did not come from the composer. */
  show(chatId: ChatId, attempt: SendAttempt): void {
    this.#shown.set(chatId, [...this.shown(chatId), attempt]);
    this.#tell();
  }

  accepted(chatId: ChatId, promptId: PromptId): void {
    this.#change(chatId, settleAccepted(this.read(chatId), promptId), "now");
  }

  failed(chatId: ChatId, promptId: PromptId): void {
    this.#hide(chatId, new Set([promptId]));
    this.#change(chatId, settleFailed(this.read(chatId), promptId), "now");
  }

  /** Removes prompts that are in the transcript from the draft, even if the answer to sending them was lost. */
  known(chatId: ChatId, promptIds: ReadonlySet<PromptId>): void {
    this.#hide(chatId, promptIds);
    let draft = this.read(chatId);
    for (const attempt of [...draft.sending, ...(draft.retry ? [draft.retry] : [])]) {
      if (promptIds.has(attempt.promptId)) draft = settleAccepted(draft, attempt.promptId);
    }
    this.#change(chatId, draft, "now");
  }

  /** Writes unsaved drafts to storage. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const chatId of this.#unwritten) this.#writeKept(chatId);
    this.#unwritten.clear();
  }

  #change(chatId: ChatId, draft: Draft, when: "now" | "later"): void {
    if (draft === this.read(chatId)) return;
    this.#drafts.set(chatId, draft);
    this.#unwritten.add(chatId);
    if (when === "now") this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
    this.#tell();
  }

  #hide(chatId: ChatId, promptIds: ReadonlySet<PromptId>): void {
    const shown = this.shown(chatId);
    const left = shown.filter((attempt) => !promptIds.has(attempt.promptId));
    if (left.length === shown.length) return;
    this.#shown.set(chatId, left);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #readKept(chatId: ChatId): string | null {
    try {
      return this.#keep.getItem(keyOf(chatId));
    } catch {
      return null;
    }
  }

  #writeKept(chatId: ChatId): void {
    const encoded = encodeDraft(this.read(chatId));
    try {
      if (encoded === null) this.#keep.removeItem(keyOf(chatId));
      else this.#keep.setItem(keyOf(chatId), encoded);
    } catch {
      // Storage is blocked or full, so the draft lasts only as long as the page.
    }
  }
}

const NOTHING: readonly SendAttempt[] = [];

/** The drafts of this browser. */
export const draftStore = new DraftStore({
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, value),
  removeItem: (key) => localStorage.removeItem(key),
});

/** A chat's draft, and the prompts shown before the journal has them. */
export function useDraft(chatId: ChatId): { draft: Draft; shown: readonly SendAttempt[] } {
  const draft = useSyncExternalStore(draftStore.subscribe, () => draftStore.read(chatId));
  const shown = useSyncExternalStore(draftStore.subscribe, () => draftStore.shown(chatId));
  return { draft, shown };
}

/** Writes drafts to storage when the page closes or goes to the background. Called once per page. */
export function keepDrafts(): void {
  window.addEventListener("pagehide", () => draftStore.flush());
  document.addEventListener("visibilitychange", () => draftStore.flush());
}
