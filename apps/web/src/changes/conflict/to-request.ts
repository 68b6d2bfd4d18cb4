import type { ConflictSides } from "@boocode/shared/changes/conflict-sides";
import { cutText } from "@boocode/shared/text/cut-text";
import { describeSide } from "./describe-side.ts";
import { parseMerge } from "./parse-merge.ts";

/** The most that is quoted of the person's version, in characters. */
const QUOTED = 8_000;

/** Words for the composer that ask an agent to fit its change to the person's version of the conflicting lines. */
export function toRequest({ path, ours, merged }: ConflictSides): string {
  const conflicts = merged === null ? [] : parseMerge(merged);
  const intro = `Your change to ${path} conflicts with the file in my project's folder.`;
  const ask = `Change ${path} in the worktree so that it keeps my version and your change fits to it.`;
  if (ours.kind === "absent")
    return `${intro} I have deleted it there. Say what your change is still needed for, and where it should go instead.`;
  if (conflicts.length === 0 && ours.kind !== "text") return `${intro} There it is: ${describeSide(ours)}. ${ask}`;
  const own =
    conflicts.length > 0 ? conflicts.map((conflict) => conflict.ours.join("\n")).join("\n…\n") : ours.kind === "text" ? ours.text : "";
  const quoted = cutText(own, QUOTED);
  return `${intro} My version of ${conflicts.length > 0 ? "these lines" : "the file"}:\n\n${fence(quoted)}\n\n${ask}`;
}

/** Quotes a text as code, with a fence longer than any inside. */
function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}\n${text}\n${ticks}`;
}
