import type { StagedView } from "@boocode/shared/agents/agent-backend";
import type { ConfinedFolder } from "../../../../platform/files/confined-folder.ts";
import type { CommandGuard } from "../../command-guard.ts";
import { StagedFolder } from "./staged-folder.ts";
import { toToolFolder, type ReadFolder, type ToolFolder } from "./tool-folder.ts";

/** Where a turn's tools work. In plan mode there is nothing in it that could write, stage or run. */
export type ToolPlace = { mode: "plan"; files: ReadFolder } | ChangePlace;

/** Where tools may change something: in auto mode on disk, in review mode in the staged edits. Commands run on disk in both. */
export interface ChangePlace {
  mode: "auto" | "review";
  disk: ConfinedFolder;
  /** Set in review mode. */
  staged: StagedView | null;
  /** Environment variables for commands, already reduced to the allow-list. */
  env: Readonly<Record<string, string>>;
  /** Null in a trusted project. */
  guard: CommandGuard | null;
}

export const rootOf = (place: ToolPlace): string => (place.mode === "plan" ? place.files.root : place.disk.root);

/** The files for one call that may change them. */
export function toChangeFolder({ disk, staged }: ChangePlace): ToolFolder {
  return staged === null ? toToolFolder(disk) : new StagedFolder(disk, staged);
}

/** The files for one call that reads them. */
export function toReadingFolder(place: ToolPlace): ReadFolder {
  return place.mode === "plan" ? place.files : toChangeFolder(place);
}
