import { PanelLeft } from "lucide-react";
import { IconButton } from "../ui/icon-button.tsx";

/** A header with only the button that shows the sidebar. `onShowSidebar` is null while the sidebar is visible. */
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
