import type { PartItem, ToolItem } from "@boocode/shared/chats/transcript";
import { joinWords, toCount } from "../../../ui/labels.ts";
import { countPatch } from "../tool-look.ts";

/** What a group of calls did, for its one line. */
export interface GroupWords {
  title: string;
  additions: number;
  deletions: number;
  /** Secondary facts, such as "2 thoughts". */
  asides: string[];
  isRunning: boolean;
}

const isTool = (item: ToolItem | PartItem): item is ToolItem => item.kind === "tool";

/** Describes a group: "Read 12 files and searched 3 times", "Wrote 25 files". */
export function describeGroup(items: readonly (ToolItem | PartItem)[]): GroupWords {
  const calls = items.filter(isTool);
  const of = (...kinds: ToolItem["toolKind"][]) => calls.filter(({ toolKind }) => kinds.includes(toolKind));
  const [reads, lists, searches, writes, edits] = [of("read"), of("list"), of("search"), of("write"), of("edit")];
  const phrases = [
    reads.length > 0 && `read ${toCount(countFiles(reads), "file")}`,
    lists.length > 0 && `listed ${toCount(countFiles(lists), "folder")}`,
    searches.length > 0 && (searches.length === 1 ? "searched once" : `searched ${searches.length} times`),
    writes.length > 0 && `wrote ${toCount(countFiles(writes), "file")}`,
    edits.length > 0 && `edited ${toCount(countFiles(edits), "file")}`,
  ].filter((phrase) => phrase !== false);
  const sentence = joinWords(phrases);
  const changed = calls.map(({ result }) => (result.patch ? countPatch(result.patch) : { additions: 0, deletions: 0 }));
  const failed = calls.filter(({ status }) => status === "failed").length;
  const thoughts = items.length - calls.length;
  return {
    title: sentence.slice(0, 1).toUpperCase() + sentence.slice(1),
    additions: changed.reduce((sum, { additions }) => sum + additions, 0),
    deletions: changed.reduce((sum, { deletions }) => sum + deletions, 0),
    asides: [...(failed > 0 ? [`${failed} failed`] : []), ...(thoughts > 0 ? [toCount(thoughts, "thought")] : [])],
    isRunning: calls.some(({ status }) => status === "running"),
  };
}

/** The number of different files; a call that names none counts as one. */
function countFiles(calls: readonly ToolItem[]): number {
  return new Set(calls.flatMap(({ paths, key }) => (paths.length === 0 ? [`\0${key}`] : paths))).size;
}
