/** The goal for a figure: our value itself, its ratio to the limit, or its difference from the limit. */
export interface Goal {
  of: "ours" | "ratio" | "difference";
  is: "at_most" | "at_least";
  value: number;
}

export interface Row {
  name: string;
  unit: "ms" | "/s" | "kB" | "MB" | "requests" | "% of a core";
  /** The median of `samples.ours`. */
  ours: number;
  limitName: string;
  limit: number;
  /** Our value divided by the limit. */
  ratio: number;
  goal: Goal;
  isMet: boolean;
  /** The parts of the figure or related observations, shown below the table. */
  parts: Readonly<Record<string, string | number>>;
  samples: { ours: readonly number[]; limit: readonly number[] };
}

export interface MeasureOptions {
  /** Runs fewer and smaller rounds, to check that the measurement works. */
  isQuick: boolean;
  /** The number of rounds whose median counts. */
  rounds: number;
  /** Reports progress to the person. */
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

/** The median; for an even number of samples, the mean of the middle two. Throws without samples. */
export function median(samples: readonly number[]): number {
  if (samples.length === 0) throw new Error("Nothing was measured");
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
