import type { SessionId } from "@boocode/shared/ids";
import { toMovedPath } from "../moved-path.ts";

/** What a person has written in a file and not saved. */
export interface CodeDraft {
  /** The git id of the content that it was made over; null if there was no file. */
  baseOid: string | null;
  text: string;
}

/** Storage that keeps drafts after the page closes: `localStorage`, or a test's own. */
export type CodeDraftKeep = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** Holds texts of files, such as the unsaved one of each, and mirrors them in this browser's storage. */
export class CodeDraftStore {
  readonly #keep: CodeDraftKeep;
  readonly #prefix: string;
  readonly #drafts = new Map<string, CodeDraft | null>();
  /** What the storage has no room for: it lasts as long as the page. */
  readonly #unkept = new Set<string>();
  readonly #listeners = new Set<() => void>();
  /** Differs after every change. */
  version = 0;

  /** `name`: what the texts are, for their keys in the storage. */
  constructor(keep: CodeDraftKeep, name = "unsaved") {
    this.#keep = keep;
    this.#prefix = `boocode.${name}.`;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The draft of a file; null if everything is saved. */
  read(sessionId: SessionId, path: string): CodeDraft | null {
    const key = this.#keyOf(sessionId, path);
    const known = this.#drafts.get(key);
    if (known !== undefined) return known;
    const draft = decode(this.#readKept(key));
    this.#drafts.set(key, draft);
    return draft;
  }

  write(sessionId: SessionId, path: string, draft: CodeDraft | null): void {
    const key = this.#keyOf(sessionId, path);
    this.#drafts.set(key, draft);
    this.#unkept.delete(key);
    try {
      if (draft === null) this.#keep.removeItem(key);
      else this.#keep.setItem(key, JSON.stringify(draft));
    } catch {
      this.#unkept.add(key);
    }
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Takes the drafts of a file, or of everything in a folder, to its new name. */
  move(sessionId: SessionId, from: string, to: string): void {
    const known = [...this.#drafts.keys(), ...this.#listKept()];
    const prefix = this.#keyOf(sessionId, "");
    const paths = known.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
    for (const path of new Set(paths)) {
      const moved = toMovedPath(path, from, to);
      const draft = moved === null || moved === path ? null : this.read(sessionId, path);
      if (moved === null || draft === null) continue;
      this.write(sessionId, moved, draft);
      this.write(sessionId, path, null);
    }
  }

  /** Whether a draft would be gone after a reload. */
  isUnkept(sessionId: SessionId, path: string): boolean {
    return this.#unkept.has(this.#keyOf(sessionId, path));
  }

  /** Whether any draft would be. */
  get hasUnkept(): boolean {
    return this.#unkept.size > 0;
  }

  #keyOf(sessionId: SessionId, path: string): string {
    return `${this.#prefix}${sessionId}.${path}`;
  }

  #listKept(): string[] {
    try {
      return Array.from({ length: this.#keep.length }, (_, at) => this.#keep.key(at) ?? "");
    } catch {
      return [];
    }
  }

  #readKept(key: string): string | null {
    try {
      return this.#keep.getItem(key);
    } catch {
      return null;
    }
  }
}

function decode(kept: string | null): CodeDraft | null {
  if (kept === null) return null;
  try {
    const value = JSON.parse(kept) as Partial<CodeDraft> | null;
    const isBase = value?.baseOid === null || typeof value?.baseOid === "string";
    return isBase && typeof value?.text === "string" ? { baseOid: value.baseOid!, text: value.text } : null;
  } catch {
    return null;
  }
}
