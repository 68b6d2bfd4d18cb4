import type { Fault } from "@boocode/shared/faults/fault";

/** Why an edit cannot be staged, as a sentence. */
export function explainStaging({ because, limit }: Pick<Extract<Fault, { kind: "staging_refused" }>, "because" | "limit">): string {
  switch (because) {
    case "ignored":
      return "Git ignores this file, so an edit of it cannot wait for review.";
    case "not_a_file":
      return "A folder or something else that is not a file is there.";
    case "other_repository":
      return "It belongs to another repository inside this one.";
    case "forbidden":
      return "It leads out of the worktree, into git's own files, or through a link.";
    case "too_large":
      return `A staged file may have at most ${toMegabytes(limit)}.`;
    case "full":
      return "This session has as many staged edits as it may. Write, apply or reject some first.";
  }
}

const toMegabytes = (bytes: number | null) => `${Math.round((bytes ?? 0) / 1024 / 1024)} MB`;
