import type { ReactNode } from "react";

/** One action of a menu. */
export interface MenuEntry {
  label: string;
  icon?: ReactNode;
  shortcut?: string;
  isDangerous?: boolean;
  /** True if the action moves the focus itself, so it does not return to the button. */
  takesFocus?: boolean;
  onSelect: () => void;
}
