import type { KeptBecause } from "@boocode/shared/agents/processes/decide-kept";
import { toCount } from "../ui/labels.ts";

/** "640 MB", "1.2 GB". */
export function toMemory(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Why an agent's process is kept, as the rest of a sentence; null if it only has not been idle for long. */
export function describeKept(because: KeptBecause, programs: number): string | null {
  switch (because) {
    case "permission":
      return "waits for your answer";
    case "busy":
      return "working";
    case "kept_warm":
      return "kept warm by you";
    case "programs":
      return `kept: ${toCount(programs, "program")} it started ${programs === 1 ? "is" : "are"} running`;
    case "recent":
      return null;
  }
}

/** Why an agent cannot be suspended now; null if it can. */
export function describeUnsuspendable(because: KeptBecause): string | null {
  if (because === "busy") return "It is working. Stop its turn first.";
  return because === "permission" ? "It waits for your answer. Answer it, or stop its turn first." : null;
}
