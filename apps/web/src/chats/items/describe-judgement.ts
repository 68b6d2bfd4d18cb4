import type { JudgementItem } from "@boocode/shared/chats/transcript";
import { showPath } from "../../files/show-path.ts";

const DOING = { applied: "applying", rejected: "rejecting", restored: "restoring" } as const;

/** "You applied 3 files", "You took back rejecting notes.md". */
export function describeJudgement({
  verb,
  paths,
  pathCount,
  isUndone,
}: Pick<JudgementItem, "verb" | "paths" | "pathCount" | "isUndone">): string {
  const files = pathCount === 1 && paths[0] !== undefined ? showPath(paths[0]) : `${pathCount} files`;
  if (isUndone) return `You took back ${DOING[verb]} ${files}`;
  return verb === "restored" ? `You restored ${files} to before this turn` : `You ${verb} ${files}`;
}
