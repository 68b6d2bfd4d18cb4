/** A limit on a size or a count, as docs/invariants.md lists it, with its proof. */
export interface SizeLimit {
  name: string;
  /** As {@link parseFigure} reads it. */
  figure: string;
  /** What happens to one more. */
  over: string;
  /** Shows that the product takes what is exactly as large as `limit`, the figure as a number, and does as `over` says with one more. */
  check(limit: number): void | Promise<void>;
}

const UNITS: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 * 1024 };

/** The number a figure stands for: "8 MB", "5,000" or "120 characters". */
export function parseFigure(figure: string): number {
  const [, number = "", unit = ""] = /^([\d,]+)(?: (\w+))?$/.exec(figure) ?? [];
  const count = Number(number.replaceAll(",", ""));
  if (count === 0) throw new Error(`"${figure}" is no figure`);
  return count * (UNITS[unit] ?? 1);
}
