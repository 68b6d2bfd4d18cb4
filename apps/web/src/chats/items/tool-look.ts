import type { ToolItem } from "@boocode/shared/chats/transcript";
import type { ToolKind } from "@boocode/shared/agents/agent-event";
import {
  FilePen,
  FilePlus2,
  FileSymlink,
  FileText,
  FileX2,
  FolderTree,
  Globe,
  Search,
  SquareTerminal,
  Wrench,
  type LucideIcon,
} from "lucide-react";

/** How each kind of tool is drawn: as a card with its result if `isCard`, otherwise as one line. */
export const TOOL_LOOK: Record<ToolKind, { icon: LucideIcon; isCard: boolean }> = {
  read: { icon: FileText, isCard: false },
  list: { icon: FolderTree, isCard: false },
  search: { icon: Search, isCard: false },
  edit: { icon: FilePen, isCard: true },
  write: { icon: FilePlus2, isCard: true },
  rename: { icon: FileSymlink, isCard: false },
  delete: { icon: FileX2, isCard: false },
  command: { icon: SquareTerminal, isCard: true },
  fetch: { icon: Globe, isCard: false },
  other: { icon: Wrench, isCard: false },
};

/** Formats a command as a person would type it, with quotes where needed. A single word with spaces is a shell line, shown unchanged. */
export function toCommandLine(argv: readonly string[]): string {
  const [line] = argv;
  if (argv.length === 1 && line !== undefined && /\s/.test(line)) return line;
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

/** Counts the lines a patch adds and deletes, for the header of its card. */
export function countPatch(patch: string): { additions: number; deletions: number } {
  let additions = 0;
  let deletions = 0;
  for (const line of patch.split("\n")) {
    if (line.startsWith("+") && !line.startsWith("+++ ")) additions += 1;
    else if (line.startsWith("-") && !line.startsWith("--- ")) deletions += 1;
  }
  return { additions, deletions };
}

/**
 * Describes briefly how a call ended; null if there is nothing to report. The text has no colour, because an agent continues
 * after most tool errors and red is for failed turns.
 */
export function describeOutcome({ status, result }: Pick<ToolItem, "status" | "result">): string | null {
  const { exitCode, signal } = result;
  if (status === "running") return "running";
  // A stopped command ended by the signal that stopped it, so the signal is not shown.
  if (status === "cancelled") return "stopped";
  if (signal) return `ended by ${signal}`;
  if (exitCode !== undefined && exitCode !== null) return `exit ${exitCode}`;
  return status === "failed" ? "failed" : null;
}

/** The duration of a call in milliseconds, or null if it is not worth showing. */
export function toolDurationMs(item: ToolItem): number | null {
  const ms = item.endedAt === null ? 0 : item.endedAt - item.at;
  return ms >= 1_000 ? ms : null;
}
