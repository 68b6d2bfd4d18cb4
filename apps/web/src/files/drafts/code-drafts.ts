import type { SessionId } from "@boocode/shared/ids";
import { useSyncExternalStore } from "react";
import { CodeDraftStore, type CodeDraft } from "./code-draft-store.ts";

/** The drafts of this page. */
export const codeDrafts = new CodeDraftStore(localStorage);

/** The texts that the person set aside for what others wrote, until the file is saved again. */
export const asideTexts = new CodeDraftStore(localStorage, "aside");

/** Takes the texts of a file, or of everything in a folder, to its new name. */
export function moveTexts(sessionId: SessionId, from: string, to: string): void {
  for (const store of [codeDrafts, asideTexts]) store.move(sessionId, from, to);
}

// The browser asks before a page goes whose text it could not keep.
window.addEventListener("beforeunload", (event) => {
  if (codeDrafts.hasUnkept) event.preventDefault();
});

/** The draft of a file, kept up to date. */
export function useCodeDraft(sessionId: SessionId, path: string): CodeDraft | null {
  return useSyncExternalStore(codeDrafts.subscribe, () => codeDrafts.read(sessionId, path));
}

/** The text of a file that was set aside, kept up to date. */
export function useAsideText(sessionId: SessionId, path: string): CodeDraft | null {
  return useSyncExternalStore(asideTexts.subscribe, () => asideTexts.read(sessionId, path));
}
