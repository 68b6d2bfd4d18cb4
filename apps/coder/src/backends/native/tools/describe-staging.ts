import type { StagingRefusal } from "@boocode/shared/changes/staged/staging-refusal";
import type { Fault } from "@boocode/shared/faults/fault";

const REFUSALS: Record<StagingRefusal, string> = {
  ignored: "git ignores it, and edits of ignored files cannot wait for review",
  not_a_file: "a folder or something else that is not a file is there",
  other_repository: "it belongs to another git repository",
  forbidden: "it leads out of the worktree, into git's own files, or through a link",
  too_large: "it is too large to be staged for review",
  full: "as many edits as possible are waiting for review already; the person must judge some first",
};

/** Why an edit was not staged, for the model; null for a fault of another kind. */
export function describeStaging(fault: Fault): string | null {
  if (fault.kind === "staging_refused") return `“${fault.path}” was not changed: ${REFUSALS[fault.because]}`;
  if (fault.kind === "file_changed") return `“${fault.path}” was changed by somebody else a moment ago. Read it again`;
  return null;
}
