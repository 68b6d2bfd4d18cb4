type Content = ReadonlyMap<string, string>;

/** Nothing but our own temporary files differs between these. */
const TEMPORARY = "edit.temporary";

/**
 * Works until failpoint `crashAt`, counted from 0, and then never again. Resolves with its name; null if the work ended before. Those
 * between temporary files count only `withTemporaries`.
 */
export async function crash(
  crashAt: number,
  work: (failpoint: (name: string) => Promise<void>) => Promise<unknown>,
  { withTemporaries = false } = {},
): Promise<string | null> {
  const crashed = Promise.withResolvers<string>();
  const never = new Promise<never>(() => {});
  let passed = 0;
  const failpoint = async (name: string) => {
    if (name === TEMPORARY && !withTemporaries) return;
    const place = passed++;
    if (place === crashAt) crashed.resolve(name);
    if (place >= crashAt) await never;
  };
  return Promise.race([crashed.promise, work(failpoint).then(() => null)]);
}

/** Lists the paths that hold neither what was there before nor what comes after. */
export function findThird(now: Content, before: Content, after: Content): string[] {
  const paths = new Set([...now.keys(), ...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => now.get(path) !== before.get(path) && now.get(path) !== after.get(path));
}

/** Lists the paths at which two snapshots differ. */
export function listDifferent(a: Content, b: Content): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));
}
