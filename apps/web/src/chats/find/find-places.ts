import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { ChatPlace } from "@boocode/shared/search/search";
import { toSearchText } from "@boocode/shared/search/to-search-text";

/** What is searched of each item, in lower case; empty if nothing is. Items never change: a changed one is another object. */
const texts = new WeakMap<TranscriptItem, string>();

function textOf(item: TranscriptItem): string {
  const known = texts.get(item);
  if (known !== undefined) return known;
  const text = toSearchText(item)?.text.toLowerCase() ?? "";
  texts.set(item, text);
  return text;
}

/**
 * Returns the places of a text in a chat, in its order: those in the loaded items, which are known exactly, after those that the daemon has
 * found in older ones.
 */
export function joinPlaces(found: readonly ChatPlace[], items: readonly TranscriptItem[], text: string): ChatPlace[] {
  if (text === "") return [];
  const needle = text.toLowerCase();
  const loaded = new Set(items.map(({ key }) => key));
  const here = items.flatMap((item) =>
    item.taskId !== null && textOf(item).includes(needle) ? [{ taskId: item.taskId, itemKey: item.key }] : [],
  );
  return [...found.filter(({ itemKey }) => !loaded.has(itemKey)), ...here];
}

/** Returns the index of the place that follows the current one in a direction, beyond the end from the beginning on; null if there is none. */
export function nextPlace(places: readonly ChatPlace[], current: string | null, step: 1 | -1): number | null {
  if (places.length === 0) return null;
  const at = places.findIndex(({ itemKey }) => itemKey === current);
  // Nothing is shown yet: down begins with the first place, up with the last one.
  if (at === -1) return step === 1 ? 0 : places.length - 1;
  return (at + step + places.length) % places.length;
}
