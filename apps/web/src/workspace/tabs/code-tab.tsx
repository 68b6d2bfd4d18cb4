import { toFileName } from "@boocode/shared/files/file-path";
import type { SessionId } from "@boocode/shared/ids";
import { FileCode } from "lucide-react";
import { useSyncExternalStore } from "react";
import { codeDrafts } from "../../files/drafts/code-drafts.ts";
import { showPath } from "../../files/show-path.ts";
import { type OfTab, TabButton } from "./tab-button.tsx";

/** The tab of a file, or of the list of files. A dot says that its text is not saved. */
export function CodeTabButton({ sessionId, path, ...tab }: OfTab & { sessionId: SessionId; path: string | null }) {
  const isUnsaved = useSyncExternalStore(codeDrafts.subscribe, () => path !== null && codeDrafts.read(sessionId, path) !== null);
  const title = path === null ? "Code" : showPath(toFileName(path));
  return (
    <TabButton
      {...tab}
      icon={<FileCode aria-hidden className="size-3.5 shrink-0" />}
      title={title}
      mark={isUnsaved ? <span className="block size-1.5 rounded-full bg-ink" /> : null}
      note={isUnsaved ? "unsaved" : undefined}
      onRename={null}
    />
  );
}
