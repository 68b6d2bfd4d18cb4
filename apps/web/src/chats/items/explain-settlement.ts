import type { PermissionItem } from "@boocode/shared/chats/transcript";

/** One sentence that says how a question was settled and who settled it. */
export function explainSettlement(
  { options }: Pick<PermissionItem, "options">,
  resolution: NonNullable<PermissionItem["resolution"]>,
): string {
  const label = options.find((option) => option.id === resolution.optionId)?.label;
  if (resolution.by === "cancelled" || label === undefined) return "Cancelled: nobody answered before the turn stopped.";
  return resolution.by === "rule" ? `Answered by a rule: ${label}` : `You answered: ${label}`;
}
