/** Characters that may begin or end emphasis. For each, the lexer may scan the rest of the paragraph. */
const EMPHASIS = /[*_~]/g;
const OTHER = /[[\]`<!\\&]/g;
/** Text before an `@` that may be an email address, which the lexer scans once per character. */
const ADDRESS = /[\w.!#$%&'*+/=?^`{|}~-]+@/g;

/** Weight of other characters, whose rules scan less of the rest than emphasis does. */
const OTHER_WEIGHT = 0.25;

/**
 * Estimates the steps of lexing one paragraph: its length for each special character. Unclosed emphasis makes lexing
 * quadratic, which would freeze the page. The estimate itself takes linear time.
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
