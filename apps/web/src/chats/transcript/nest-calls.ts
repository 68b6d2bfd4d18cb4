import type { ToolItem, TranscriptItem } from "@boocode/shared/chats/transcript";

/** The items of a transcript, with the calls that lie inside another one taken out. */
export interface NestedItems {
  items: readonly TranscriptItem[];
  /** The calls inside a call, by its id, in order. */
  inside: ReadonlyMap<string, readonly ToolItem[]>;
}

const NOTHING: NestedItems["inside"] = new Map();
/** Deeper calls than any agent makes; it also ends a circle. */
const MAX_DEPTH = 16;

/**
 * Puts each tool call of a sub-task into the outermost call that it belongs to. A call whose own one is not loaded stays where it is. If
 * nothing is nested, the same array is returned.
 */
export function nestCalls(items: readonly TranscriptItem[]): NestedItems {
  if (!items.some(isChild)) return { items, inside: NOTHING };
  const calls = new Map(items.flatMap((item) => (item.kind === "tool" ? [[item.callId, item] as const] : [])));
  const inside = new Map<string, ToolItem[]>();
  const top = items.filter((item) => {
    const outer = isChild(item) ? findOutermost(item, calls) : null;
    if (outer === null) return true;
    inside.set(outer.callId, [...(inside.get(outer.callId) ?? []), item as ToolItem]);
    return false;
  });
  return { items: top, inside };
}

const isChild = (item: TranscriptItem): item is ToolItem => item.kind === "tool" && item.parentCallId !== null;

function findOutermost(item: ToolItem, calls: ReadonlyMap<string, ToolItem>): ToolItem | null {
  let outer = item;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const parent = outer.parentCallId === null ? undefined : calls.get(outer.parentCallId);
    if (!parent) return outer === item ? null : outer;
    outer = parent;
  }
  // A circle has no outside.
  return null;
}
