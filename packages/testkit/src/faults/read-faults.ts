const IDS = /^(?:[A-Z]\d{1,2}(?:,? |: ?|$))+/;

/** The faults that a test is about: the ids at the beginning of its title and of those of its groups, such as `F4`. */
export function readFaults(titles: readonly string[]): string[] {
  return [...new Set(titles.flatMap((title) => IDS.exec(title)?.[0].match(/F\d{1,2}/g) ?? []))];
}
