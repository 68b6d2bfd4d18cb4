import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import { toFileLanguage } from "../../../files/code/code-language.ts";
import { highlightCode } from "../../../files/code/highlight.ts";
import { FileColours } from "./file-colours.ts";
import type { PatchHunk } from "../parse-patch.ts";

/** A larger diff stays plain. In UTF-16 units. */
const MAX_PATCH_CHARS = 2 * 1024 * 1024;

/** The colours of a diff's lines; null if there is no grammar for the file, or the diff is large. */
export function toColours({ path, patch }: Pick<ChangeDiff, "path" | "patch">, hunks: readonly PatchHunk[]): FileColours | null {
  const language = toFileLanguage(path);
  if (language === null || patch.length > MAX_PATCH_CHARS) return null;
  return new FileColours(hunks, (code) => highlightCode(code, language));
}
