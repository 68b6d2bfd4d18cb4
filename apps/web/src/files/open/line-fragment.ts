/** A place in a file. Both count from 1. */
interface Place {
  line: number;
  column: number;
}

/** The end of an address that shows a line of the file. */
export function toLineFragment({ line, column }: Place): string {
  return column === 1 ? `#L${line}` : `#L${line}:${column}`;
}

/** Returns the place that an address shows; null if it names none. */
export function fromLineFragment(fragment: string): Place | null {
  const [, line, column] = /^#L(\d{1,7})(?::(\d{1,7}))?$/.exec(fragment) ?? [];
  return line === undefined ? null : { line: Number(line), column: Number(column ?? 1) };
}
