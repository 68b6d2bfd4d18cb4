import type { LineHunk } from "@boocode/shared/changes/trace-lines";
import type { BlameQuestions, ContentFacts } from "./plan-blame.ts";

/** How many comparisons, and how many counts, are kept. */
const MAX_KEPT = 4_000;

/** What has been learned about contents. It stays true: an object id names one content for ever. */
export class KnownContents implements ContentFacts {
  readonly #hunks = new Map<string, readonly LineHunk[] | "whole">();
  readonly #lines = new Map<string, number>();

  hunksOf(from: string, to: string): readonly LineHunk[] | "whole" {
    return this.#hunks.get(toKey(from, to)) ?? "whole";
  }

  linesOf(oid: string): number {
    return this.#lines.get(oid) ?? 0;
  }

  /** Returns what is not known yet, each question once. */
  findUnknown({ pairs, counted }: BlameQuestions): BlameQuestions {
    const unknown = new Map<string, BlameQuestions["pairs"][number]>();
    for (const { from, to } of pairs) {
      const key = toKey(from, to);
      if (!this.#hunks.has(key)) unknown.set(key, { from, to });
    }
    const asked = new Set(counted);
    // A pair of which nothing stayed is replaced as a whole, so the number of its lines has to be known.
    for (const { from, to } of pairs) if (this.#hunks.get(toKey(from, to)) === "whole") asked.add(to);
    return { pairs: [...unknown.values()], counted: [...asked].filter((oid) => !this.#lines.has(oid)) };
  }

  learnHunks(from: string, to: string, hunks: readonly LineHunk[] | "whole"): void {
    this.#hunks.set(toKey(from, to), hunks);
  }

  learnLines(oid: string, lines: number): void {
    this.#lines.set(oid, lines);
  }

  /** Forgets the oldest beyond what is kept. Call it after a trace, so that what the trace needs is there. */
  trim(): void {
    for (const kept of [this.#hunks, this.#lines]) {
      for (const oldest of kept.keys()) {
        if (kept.size <= MAX_KEPT) break;
        kept.delete(oldest);
      }
    }
  }
}

const toKey = (from: string, to: string) => `${from} ${to}`;
