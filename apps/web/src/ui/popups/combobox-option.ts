import type { ReactNode } from "react";

/** One option of a combobox. */
export interface ComboboxOption {
  value: string;
  label: string;
  /** A muted word after the label: a version, "scripted". */
  hint?: string | undefined;
  /** More lines below the label, such as the install command. */
  detail?: ReactNode;
  icon?: ReactNode;
  disabled?: boolean | undefined;
}
