/** Returns where a text stands in an element, whatever its case, also across bold words, links and colours. */
export function findRanges(root: Element, text: string): Range[] {
  if (text === "") return [];
  const nodes: { node: Text; start: number }[] = [];
  let whole = "";
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    nodes.push({ node: node as Text, start: whole.length });
    const { data } = node as Text;
    const lower = data.toLowerCase();
    // A few characters change their length with their case: then no place of the one is a place of the other.
    whole += lower.length === data.length ? lower : data;
  }
  const needle = text.toLowerCase();
  const ranges: Range[] = [];
  let first = 0;
  for (let at = whole.indexOf(needle); at >= 0; at = whole.indexOf(needle, at + needle.length)) {
    const end = at + needle.length;
    while (nodes[first + 1] && nodes[first + 1]!.start <= at) first += 1;
    let last = first;
    while (nodes[last + 1] && nodes[last + 1]!.start < end) last += 1;
    const range = document.createRange();
    range.setStart(nodes[first]!.node, at - nodes[first]!.start);
    range.setEnd(nodes[last]!.node, end - nodes[last]!.start);
    ranges.push(range);
  }
  return ranges;
}

/** The height of what covers the top of a transcript, in pixels. */
const COVERED = 48;

/** Scrolls everything that scrolls around a range, up to `outer`, so that the range is in sight. */
export function revealRange(range: Range, outer: Element): void {
  let element: Element | null = range.startContainer.parentElement;
  for (; element; element = element === outer ? null : element.parentElement) {
    const scrolls = element.scrollHeight > element.clientHeight && /auto|scroll/.test(getComputedStyle(element).overflowY);
    if (!scrolls) continue;
    const frame = element.getBoundingClientRect();
    const { top, bottom } = range.getBoundingClientRect();
    if (top >= frame.top + (element === outer ? COVERED : 0) && bottom <= frame.bottom) continue;
    element.scrollTop += (top + bottom) / 2 - (frame.top + frame.bottom) / 2;
  }
}
