/** How well a name fits what was typed; lower is better, null if it does not fit. */
function rankName(name: string, typed: string): number | null {
  const whole = name.toLowerCase();
  if (whole === typed) return 0;
  if (whole.startsWith(typed)) return 1;
  const at = whole.indexOf(typed);
  if (at > 0) return /[\s:/._-]/.test(whole[at - 1]!) ? 2 : 3;
  let from = 0;
  for (const letter of typed) {
    const found = whole.indexOf(letter, from);
    if (found === -1) return null;
    from = found + 1;
  }
  return 4;
}

/**
 * Returns whether a name is what was typed, begins with it, or has it as a whole word. Anything else only resembles it: of `/tmp`, for one,
 * nobody meant `timestamp`.
 */
export function isNameMeant(name: string, typed: string): boolean {
  const [whole, wanted] = [name.toLowerCase(), typed.toLowerCase()];
  return whole.startsWith(wanted) || whole.split(/[\s:/._-]/).includes(wanted);
}

/**
 * Returns the entries whose names fit what was typed, best first: the name itself, names that begin with it, that have it as the beginning
 * of a later word, anywhere, and with its letters in order. Entries that fit equally well keep their order.
 */
export function rankNames<Entry extends { name: string }>(entries: readonly Entry[], typed: string): Entry[] {
  const wanted = typed.toLowerCase();
  return entries
    .flatMap((entry) => {
      const rank = rankName(entry.name, wanted);
      return rank === null ? [] : [{ entry, rank }];
    })
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ entry }) => entry);
}
