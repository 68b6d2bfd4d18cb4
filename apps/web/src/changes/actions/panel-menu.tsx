import type { SessionId } from "@boocode/shared/ids";
import { Ellipsis, FileDown, History, Keyboard, UsersRound } from "lucide-react";
import { Suspense, useState } from "react";
import { Menu } from "../../ui/popups/menu.tsx";
import { savePatch, saveTrace } from "./export-changes.ts";
import { later } from "../../ui/browser/later.ts";

const EditsDialog = later(() => import("./edits-dialog.tsx"));

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
          { label: "Save as a patch", icon: <FileDown aria-hidden />, onSelect: () => void savePatch(sessionId) },
          { label: "Save who wrote what", icon: <UsersRound aria-hidden />, onSelect: () => void saveTrace(sessionId) },
          { label: "Keys", icon: <Keyboard aria-hidden />, shortcut: "?", takesFocus: true, onSelect: onHelp },
        ]}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-md text-muted transition-colors pointer-coarse:size-10 hover:bg-hover hover:text-ink data-popup-open:bg-hover"
      />
      {areEditsShown && (
        <Suspense>
          <EditsDialog sessionId={sessionId} onClose={() => setEditsShown(false)} />
        </Suspense>
      )}
    </>
  );
}
