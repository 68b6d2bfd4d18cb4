import { NATIVE_AGENT, REVIEW_MODE } from "@boocode/shared/agents/native-modes";
import type { StagingBoundary } from "@boocode/shared/changes/staged/staging-boundary";
import { toCount } from "../../ui/labels.ts";

/** Says which staged edits the chosen agent does not see: "opencode does not see 2 staged edits from boocode, you." */
export function describeBoundary(agent: string, { files, authors, areItsOwn }: StagingBoundary): string {
  const edits = toCount(files, "staged edit");
  const from = ` from ${authors.map((author) => author ?? "you").join(", ")}`;
  if (agent !== NATIVE_AGENT) return `${agent} does not see ${edits}${from}.`;
  return `${agent} sees ${areItsOwn ? `its ${edits}` : `${edits}${from}`} only in mode ${REVIEW_MODE.label}.`;
}
