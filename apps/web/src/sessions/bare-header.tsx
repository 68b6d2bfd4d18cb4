import { PanelLeft } from "lucide-react";
import { IconButton } from "../ui/icon-button.tsx";

/** The head of a page that has nothing to say there, but the way to the sidebar. `onShowSidebar` is null while that is in sight. */
export function BareHeader({ onShowSidebar }: { onShowSidebar: (() => void) | null }) {
  return (
    <div className="flex h-11 shrink-0 items-center px-2">
      {onShowSidebar && (
        <IconButton label="Show the sidebar" shortcut="Mod+B" onClick={onShowSidebar}>
          <PanelLeft aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
