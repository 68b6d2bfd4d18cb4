import type { SessionId } from "@boocode/shared/ids";
import { Ellipsis, History, Keyboard } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Menu } from "../../ui/popups/menu.tsx";

const EditsDialog = lazy(() => import("./edits-dialog.tsx"));

/** What is done with the changes more rarely. */
export function PanelMenu({ sessionId, onHelp }: { sessionId: SessionId; onHelp: () => void }) {
  const [areEditsShown, setEditsShown] = useState(false);
  return (
    <>
      <Menu
        label="More about the changes"
        icon={<Ellipsis aria-hidden className="size-3.5" />}
        align="end"
        entries={[
          { label: "Recent edits", icon: <History aria-hidden />, takesFocus: true, onSelect: () => setEditsShown(true) },
          { label: "Keys", icon: <Keyboard aria-hidden />, shortcut: "?", takesFocus: true, onSelect: onHelp },
        ]}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink data-popup-open:bg-hover"
      />
      {areEditsShown && (
        <Suspense>
          <EditsDialog sessionId={sessionId} onClose={() => setEditsShown(false)} />
        </Suspense>
      )}
    </>
  );
}
