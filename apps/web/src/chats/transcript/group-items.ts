import type { PartItem, ToolItem, TranscriptItem } from "@boocode/shared/chats/transcript";

/** What a run of items has done: only looked, or written files. */
export type GroupKind = "looked" | "wrote";
export type GroupedItem = ToolItem | PartItem;

/** Consecutive items that are drawn as one row. */
export interface ItemGroup {
  kind: "group";
  group: GroupKind;
  items: readonly GroupedItem[];
}

/** The shortest runs that are grouped. */
const MIN_LOOKED = 3;
const MIN_WROTE = 4;
/** Longer runs are several groups, so that an opened one can be drawn. */
const MAX_ITEMS = 200;

interface Run {
  group: GroupKind | null;
  items: GroupedItem[];
}

/**
 * Groups runs of calls that look, and of calls that write files, with the thoughts between them. Everything else, as a text, a command or a
 * question, ends a run. `isOuter`: whether a call has calls inside it, which stands alone.
 */
export function groupItems(items: readonly TranscriptItem[], isOuter: (item: ToolItem) => boolean): (TranscriptItem | ItemGroup)[] {
  const grouped: (TranscriptItem | ItemGroup)[] = [];
  let run: Run = { group: null, items: [] };
  const end = () => {
    const thoughts = takeLastThoughts(run);
    grouped.push(...toEntries(run));
    run = { group: null, items: thoughts };
  };
  for (const item of items) {
    const kind = kindOf(item, isOuter);
    if (kind === null) {
      end();
      grouped.push(...run.items, item);
      run = { group: null, items: [] };
      continue;
    }
    const isOther = kind !== "thought" && run.group !== null && run.group !== kind;
    if (isOther || run.items.length >= MAX_ITEMS || run.items.at(-1)?.taskId !== (item.taskId ?? null)) end();
    run.items.push(item as GroupedItem);
    if (kind !== "thought") run.group = kind;
  }
  end();
  return [...grouped, ...run.items];
}

function kindOf(item: TranscriptItem, isOuter: (item: ToolItem) => boolean): GroupKind | "thought" | null {
  if (item.kind === "thought") return item.isStreaming ? null : "thought";
  if (item.kind !== "tool" || isOuter(item)) return null;
  switch (item.toolKind) {
    case "read":
    case "list":
    case "search":
      return "looked";
    case "edit":
    case "write":
      return "wrote";
    default:
      return null;
  }
}

/** Thoughts after the last call belong to what follows. */
function takeLastThoughts(run: Run): GroupedItem[] {
  const last = run.items.findLastIndex((item) => item.kind === "tool");
  return run.items.splice(last + 1);
}

function toEntries({ group, items }: Run): (TranscriptItem | ItemGroup)[] {
  const calls = items.filter((item) => item.kind === "tool").length;
  const isGroup = group === "wrote" ? calls >= MIN_WROTE : calls >= 2 && items.length >= MIN_LOOKED;
  return group !== null && isGroup ? [{ kind: "group", group, items }] : items;
}
