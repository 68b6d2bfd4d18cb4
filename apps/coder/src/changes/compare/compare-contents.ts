import { DomainError } from "@boocode/shared/faults/domain-error";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import { withoutFiles } from "./read-tree-changes.ts";

/** The maximum size of either side: larger contents are not compared. */
export const MAX_COMPARED_BYTES = 32 * 1024 * 1024;
/** The mode of a submodule: its id names a commit, not a file. */
export const SUBMODULE = "160000";

export interface CompareOptions {
  /** The number of unchanged lines around each change; default 3. */
  context?: number;
  /** Default 256 MB: only displayed output needs to be small. */
  maxOutputBytes?: number;
}

/** Returns the hunks between two contents, as git prints them; empty if no lines differ. */
export async function compareContents(
  git: Git,
  overlay: GitOverlay,
  from: string,
  to: string,
  { context = 3, maxOutputBytes = 256 * 1024 * 1024 }: CompareOptions = {},
): Promise<{ text: string } | "binary" | "too_large"> {
  try {
    const { stdout } = await git.read(overlay.gitDir, ["diff", `--unified=${context}`, "--full-index", from, to], {
      overlay: withoutFiles(overlay),
      maxOutputBytes,
    });
    const text = stdout.toString("utf8");
    const start = /(?:^|\n)@@ /.exec(text);
    if (start) return { text: text.slice(start.index + (start[0].startsWith("\n") ? 1 : 0)) };
    return /(?:^|\n)Binary files /.test(text) ? "binary" : { text: "" };
  } catch (error) {
    if (error instanceof DomainError && error.fault.kind === "git_output_too_large") return "too_large";
    throw error;
  }
}
