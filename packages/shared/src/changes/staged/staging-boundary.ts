import { worksStaged } from "../../agents/native-modes.ts";
import type { PendingChange } from "../pending-change.ts";

export interface StagingBoundaryInput {
  /** The chosen agent and mode; the mode is empty for the agent's default. */
  agent: string;
  mode: string;
  /** The session's changes; only the staged ones matter. */
  changes: readonly Pick<PendingChange, "location" | "agents">[];
}

export interface StagingBoundary {
  /** How many staged files the agent does not see. */
  files: number;
  /** Who staged them, latest first; null is the person. */
  authors: (string | null)[];
  /** Whether the agent itself staged all of them, in another mode. */
  areItsOwn: boolean;
}

/**
 * Decides whether the chosen agent, in the chosen mode, works without seeing staged edits. Null if there are none, or if it sees them: the
 * native agent in review mode reads them through its tools, and no other agent reads anything but the disk.
 */
export function decideStagingBoundary({ agent, mode, changes }: StagingBoundaryInput): StagingBoundary | null {
  const staged = changes.filter(({ location }) => location === "staged");
  if (staged.length === 0 || worksStaged(agent, mode)) return null;
  const authors = [...new Set(staged.flatMap(({ agents }) => agents))];
  return { files: staged.length, authors, areItsOwn: authors.every((author) => author === agent) };
}
