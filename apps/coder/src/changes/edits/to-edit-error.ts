import { DomainError } from "@boocode/shared/faults/domain-error";
import { BytePath } from "../../platform/git/byte-path.ts";
import { MovedOn, WriteRefused } from "./write-errors.ts";

/** Converts an error of writing files into a fault; any other error is returned unchanged. */
export function toEditError(error: unknown): unknown {
  if (error instanceof MovedOn) return new DomainError({ kind: "moved_on", paths: toPathTexts(error.paths) }, { cause: error });
  if (error instanceof WriteRefused) {
    const [path = ""] = toPathTexts([error.path]);
    return new DomainError({ kind: "edit_refused", path, reason: toReason(error.cause) }, { cause: error });
  }
  return error;
}

/** Converts paths with one character per byte into text. */
export const toPathTexts = (paths: readonly string[]) => paths.map((path) => BytePath.toText(BytePath.of(path)));

/** The system's errors that a person can do something about, as the beginning of a sentence. */
const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full",
  EDQUOT: "The disk quota is used up",
  EACCES: "BooCode may not write there",
  EPERM: "BooCode may not write there",
  EROFS: "The file system is read-only",
  ENAMETOOLONG: "The name is too long for the file system",
  EFBIG: "The file is too large for the file system",
  EMFILE: "Too many files are open",
};

function toReason(cause: unknown): string {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code !== undefined) return WORDS[code] ?? `The file system refused it (${code})`;
  return cause instanceof Error ? cause.message : "The file system refused it";
}
