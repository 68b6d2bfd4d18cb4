import type { Fault } from "@boocode/shared/faults/fault";

/** Says why a lock of git was not removed. */
export function explainKeptLock({ path, because, holder }: Extract<Fault, { kind: "lock_kept" }>): string {
  switch (because) {
    case "changed":
      return "Another git process has made a new one. Nothing was removed.";
    case "young":
      return "It is less than a minute old, so a git process may have just started. Nothing was removed.";
    case "held":
      return `${holder ?? "A program"} is using it, and will remove it when done. Nothing was removed.`;
    case "unknown":
      return `BooCode cannot tell who holds it. If you are sure that no git process is running, delete ${path} yourself.`;
  }
}
