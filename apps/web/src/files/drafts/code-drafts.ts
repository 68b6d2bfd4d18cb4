import type { SessionId } from "@boocode/shared/ids";
import { useSyncExternalStore } from "react";
import { CodeDraftStore, type CodeDraft } from "./code-draft-store.ts";

/** The drafts of this page. */
export const codeDrafts = new CodeDraftStore(localStorage);

// The browser asks before a page goes whose text it could not keep.
window.addEventListener("beforeunload", (event) => {
  if (codeDrafts.hasUnkept) event.preventDefault();
});

/** The draft of a file, kept up to date. */
export function useCodeDraft(sessionId: SessionId, path: string): CodeDraft | null {
  return useSyncExternalStore(codeDrafts.subscribe, () => codeDrafts.read(sessionId, path));
}
