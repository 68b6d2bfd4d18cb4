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

/** How each kind of tool is drawn. `isCard` ones show what they did; the others are one line. */
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

/** A command as one would type it: words that need quotes get them. A single word with blanks is a line for the agent's shell, shown as it is. */
export function toCommandLine(argv: readonly string[]): string {
  const [line] = argv;
  if (argv.length === 1 && line !== undefined && /\s/.test(line)) return line;
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

/** Lines a patch adds and deletes, for the head of its card. */
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
 * How a call ended, once and in the fewest words; null where nothing has to be said. It is told without a colour: an agent goes on
 * after most errors of its tools, and red is for turns that failed.
 */
export function describeOutcome({ status, result }: Pick<ToolItem, "status" | "result">): string | null {
  const { exitCode, signal } = result;
  if (status === "running") return "running";
  // Who stopped it did so by that signal.
  if (status === "cancelled") return "stopped";
  if (signal) return `ended by ${signal}`;
  if (exitCode !== undefined && exitCode !== null) return `exit ${exitCode}`;
  return status === "failed" ? "failed" : null;
}

/** How long a call took, in milliseconds, or null where that says nothing. */
export function toolDurationMs(item: ToolItem): number | null {
  const ms = item.endedAt === null ? 0 : item.endedAt - item.at;
  return ms >= 1_000 ? ms : null;
}
