import type { ReactNode } from "react";

/** One thing to choose. */
export interface ComboboxOption {
  value: string;
  label: string;
  /** A muted word behind the label: a version, "scripted". */
  hint?: string | undefined;
  /** More lines below, in full: the command that installs it. */
  detail?: ReactNode;
  icon?: ReactNode;
  disabled?: boolean | undefined;
}
