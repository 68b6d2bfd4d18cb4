import { Badge } from "../ui/badge.tsx";
import { Tooltip } from "../ui/popups/tooltip.tsx";

/** Marks an agent that is driven by its command line. */
export function CommandLineBadge() {
  return (
    <Tooltip label="BooCode runs its command once for each prompt. It cannot ask you: its mode is what it may do." side="top">
      <Badge>command line</Badge>
    </Tooltip>
  );
}
