/** Characters that may begin or end something inside a paragraph. For each the rest of it may be looked through. */
const EMPHASIS = /[*_~]/g;
const OTHER = /[[\]`<!\\&]/g;
/** What may be an address in front of an `@` is looked through once for each of its characters. */
const ADDRESS = /[\w.!#$%&'*+/=?^`{|}~-]+@/g;

/** A scanner of other signs looks at less of the rest than one of emphasis. */
const OTHER_WEIGHT = 0.25;

/**
 * Steps that reading the inside of one paragraph may take: its length for each sign in it. Emphasis that never closes makes that
 * quadratic, and no answer is worth a page that stands still. Takes time in proportion to the text.
 */
export function inlineCost(text: string): number {
  let addresses = 0;
  if (text.includes("@")) for (const [address] of text.matchAll(ADDRESS)) addresses += address.length;
  return text.length * (count(text, EMPHASIS) + addresses + OTHER_WEIGHT * count(text, OTHER));
}

function count(text: string, signs: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(signs)) found++;
  return found;
}
