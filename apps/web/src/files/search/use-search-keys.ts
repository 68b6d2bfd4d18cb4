import type { RefObject } from "react";
import { useShortcut } from "../../ui/browser/shortcut.ts";

/** Starts the search in a column of files by its shortcut: of several panes with code in the active one, otherwise in the first. */
export function useSearchKeys(column: RefObject<Element | null>, onSearch: () => void): void {
  useShortcut("Mod+Shift+F", () => {
    const columns = [...document.querySelectorAll("[data-code-column]")];
    const searched = columns.find((each) => each.closest("[data-pane-active]")) ?? columns[0];
    if (column.current === null || column.current !== searched) return;
    onSearch();
    requestAnimationFrame(() => column.current?.querySelector<HTMLElement>("[data-code-search]")?.focus());
  });
}
