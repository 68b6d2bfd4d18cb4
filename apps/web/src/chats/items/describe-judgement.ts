import type { JudgementItem } from "@boocode/shared/chats/transcript";
import { showPath } from "../../changes/diff/show-path.ts";

const DOING = { applied: "applying", rejected: "rejecting", restored: "restoring" } as const;

/** "You applied 3 files", "You took back rejecting notes.md". */
export function describeJudgement({ verb, paths, isUndone }: Pick<JudgementItem, "verb" | "paths" | "isUndone">): string {
  const files = paths.length === 1 ? showPath(paths[0]!) : `${paths.length} files`;
  if (isUndone) return `You took back ${DOING[verb]} ${files}`;
  return verb === "restored" ? `You restored ${files} to before this turn` : `You ${verb} ${files}`;
}
