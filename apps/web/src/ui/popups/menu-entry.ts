import type { ReactNode } from "react";

/** One action of a menu. */
export interface MenuEntry {
  label: string;
  icon?: ReactNode;
  shortcut?: string;
  isDangerous?: boolean;
  /** What it does puts the focus somewhere itself: it does not go back to the button. */
  takesFocus?: boolean;
  onSelect: () => void;
}
