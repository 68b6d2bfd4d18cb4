import { createContext, useContext } from "react";
import type { PanelFile } from "../panel-file.ts";
import type { Verb } from "./explain-disabled.ts";

/** What the rows of a panel can do. */
export interface PanelActions {
  /** Why a change cannot be judged now; null if it can. */
  why(verb: Verb, file: PanelFile): string | null;
  /** The keys of the files that are being judged. */
  busy: ReadonlySet<string>;
  onFile(verb: Verb, file: PanelFile, by: "key" | "pointer"): void;
  onHunk(verb: Verb, path: string, hunk: number, by: "key" | "pointer"): void;
  /** Whether the hunks shown of a file are those of what is pending, so that they can be judged one by one. */
  hasHunks(path: string): boolean;
  /** Why a hunk cannot be judged now; null if it can. */
  whyHunk(verb: Verb, path: string): string | null;
}

const Actions = createContext<PanelActions | null>(null);

export const PanelActionsProvider = Actions.Provider;

/** The actions of the panel around this row. */
export function usePanelActions(): PanelActions {
  const actions = useContext(Actions);
  if (!actions) throw new Error("Rows of changes are shown only inside a panel.");
  return actions;
}
