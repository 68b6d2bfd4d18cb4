import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { isGitName } from "../../../platform/files/confined-path.ts";
import { toPathTexts } from "../to-edit-error.ts";

/** Whether a path may be written: it stays below its root and belongs to no git directory, however its name is spelled. */
export function isWritableName(path: string): boolean {
  const [text = ""] = toPathTexts([path]);
  const parts = path.split("/");
  return !path.includes("\0") && parts.every((part) => part !== "" && part !== "." && part !== "..") && !text.split("/").some(isGitName);
}

/** Refuses a list that names a path that is never written. Fault: `edit_refused`. */
export function requireWritableNames(files: readonly FileEdit[]): void {
  const refused = files.find(({ path }) => !isWritableName(path));
  if (!refused) return;
  throw new DomainError({ kind: "edit_refused", path: toPathTexts([refused.path])[0]!, reason: "It belongs to git" });
}
