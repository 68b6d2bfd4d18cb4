import type { Fault } from "@boocode/shared/faults/fault";

/** Why a file is not opened or written: a sentence without a full stop. */
export function explainFileRefusal({ path, because, limit }: Extract<Fault, { kind: "file_refused" }>): string {
  switch (because) {
    case "missing":
      return `There is no ${path} any more`;
    case "exists":
      return `${path} is there already`;
    case "link":
      return `${path} is, or goes through, a symbolic link, which BooCode does not follow`;
    case "not_a_file":
      return `${path} is not a file`;
    case "not_a_folder":
      return `A part of ${path} is not a folder`;
    case "other_repository":
      return `${path} belongs to another repository inside this one`;
    case "forbidden":
      return `${path} is not a name that BooCode may use: it leads out of the worktree or into git's own files`;
    case "too_large":
      return `${path} is larger than ${Math.round((limit ?? 0) / 1024 / 1024)} MB`;
    case "too_many":
      return `${path} holds more than ${(limit ?? 0).toLocaleString("en")} files`;
    case "not_text":
      return `${path} is not UTF-8 text, so saving it here would change its other bytes`;
  }
}
