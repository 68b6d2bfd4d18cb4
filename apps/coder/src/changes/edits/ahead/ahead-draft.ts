import { fstatSync } from "node:fs";
import type { UnsureFile } from "@boocode/shared/changes/edits/decide-lost";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import type { AheadFile } from "./ahead.ts";

/** With fewer files, waiting for each is as fast. */
const FEW_FILES = 8;
/** Contents up to this size are written twice; a larger one is waited for. */
const MAX_FILE_BYTES = 256 * 1024;
const MAX_BYTES = 16 * 1024 * 1024;

/** Collects the new files of an edit that are put in place before they are durable. */
export class AheadDraft {
  readonly #isKept: (oid: string) => boolean;
  readonly #files = new Map<string, AheadFile>();
  #bytes = 0;

  /** Makes one if waiting for each of the files would take long; null otherwise. `isKept`: whether a content is durable in git. */
  static for(files: readonly FileEdit[], isKept: (oid: string) => boolean): AheadDraft | null {
    return files.filter(({ after }) => after?.mode.startsWith("100")).length < FEW_FILES ? null : new AheadDraft(isKept);
  }

  private constructor(isKept: (oid: string) => boolean) {
    this.#isKept = isKept;
  }

  /**
   * Takes a file that has just been written and is open; false if it is to be made durable at once. That is so for a file which replaces
   * one whose content is not sure to be anywhere else.
   */
  take({ path, before }: FileEdit, descriptor: number, content: Buffer): boolean {
    if (content.length > MAX_FILE_BYTES || this.#bytes + content.length > MAX_BYTES) return false;
    if (before !== null && !this.#isKept(before.oid)) return false;
    const { ino, mtimeNs } = fstatSync(descriptor, { bigint: true });
    // The bytes are valid only now.
    this.#files.set(path, { path, ino: String(ino), mtimeNs: String(mtimeNs), before: null, content: Buffer.from(content) });
    this.#bytes += content.length;
    return true;
  }

  /** All that was taken, with the files that are there now. */
  list(findBefore: (path: string) => UnsureFile["before"]): AheadFile[] {
    return [...this.#files.values()].map((file) => ({ ...file, before: findBefore(file.path) }));
  }
}
