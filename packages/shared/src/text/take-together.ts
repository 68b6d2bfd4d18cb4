/** Returns the first items of a list that together are at most `max`; `sizeOf` gives the size of each. */
export function takeTogether<T>(items: readonly T[], max: number, sizeOf: (item: T) => number): T[] {
  let sum = 0;
  const first = items.findIndex((item) => (sum += sizeOf(item)) > max);
  return first === -1 ? [...items] : items.slice(0, first);
}
