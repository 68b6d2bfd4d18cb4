/** Lines looked at. */
const LOOKED_AT = 500;
const DEFAULT = "  ";

/** What one step of indentation is in these lines: a tab, or the number of spaces by which they most often go in. */
export function detectIndent(lines: readonly string[]): string {
  const steps = new Map<string, number>();
  const add = (step: string) => steps.set(step, (steps.get(step) ?? 0) + 1);
  let before = 0;
  for (const line of lines.slice(0, LOOKED_AT)) {
    if (line.trim() === "") continue;
    if (line.startsWith("\t")) {
      add("\t");
      continue;
    }
    const spaces = line.length - line.trimStart().length;
    const step = spaces - before;
    if (step > 1 && step <= 8) add(" ".repeat(step));
    before = spaces;
  }
  return [...steps].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? DEFAULT;
}
