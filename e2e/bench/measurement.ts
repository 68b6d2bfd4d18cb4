/** What a figure must be, and which one: ours by itself, ours against its limit, or what ours has more. */
export interface Goal {
  of: "ours" | "ratio" | "difference";
  is: "at_most" | "at_least";
  value: number;
}

export interface Row {
  name: string;
  unit: "ms" | "/s" | "kB" | "MB" | "requests" | "% of a core";
  /** Median of `samples.ours`. */
  ours: number;
  limitName: string;
  limit: number;
  /** Ours divided by the limit. */
  ratio: number;
  goal: Goal;
  isMet: boolean;
  /** What the figure is made of, or what else was seen beside it: shown below the table. */
  parts: Readonly<Record<string, string | number>>;
  samples: { ours: readonly number[]; limit: readonly number[] };
}

export interface MeasureOptions {
  /** Fewer and smaller rounds, to see that it works. */
  isQuick: boolean;
  /** Rounds whose median counts. */
  rounds: number;
  /** Tells the person what is being done. */
  say(text: string): void;
}

/** A group of rows measured together. */
export interface Measurement {
  name: string;
  run(options: MeasureOptions): Promise<Row[]>;
}

type RowInput = Omit<Row, "ours" | "limit" | "ratio" | "isMet" | "parts"> & { parts?: Row["parts"] };

/** Completes a row from its samples. */
export function toRow({ parts = {}, ...input }: RowInput): Row {
  const ours = median(input.samples.ours);
  const limit = median(input.samples.limit);
  const ratio = ours / limit;
  const found = { ours, ratio, difference: ours - limit }[input.goal.of];
  const isMet = input.goal.is === "at_most" ? found <= input.goal.value : found >= input.goal.value;
  return { ...input, ours, limit, ratio, isMet, parts };
}

/** Between the two middle samples of an even number. Throws without samples. */
export function median(samples: readonly number[]): number {
  if (samples.length === 0) throw new Error("Nothing was measured");
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
