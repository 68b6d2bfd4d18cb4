import { MAX_COMPARED_BYTES } from "../compare/compare-contents.ts";

/** The limits of a diff: more than a person reads, and as much as the page draws without a pause. */
export const DIFF_LIMITS = {
  /** Of either side: larger contents are not compared. */
  comparedBytes: MAX_COMPARED_BYTES,
  /** Of one file's patch. */
  patchBytes: 4 * 1024 * 1024,
  patchLines: 50_000,
  /** Of either side: the lines of larger files have no author. */
  tracedBytes: 8 * 1024 * 1024,
  /** Of all diffs in one answer: as much as is written out without holding up others. */
  answerBytes: 4 * 1024 * 1024,
} as const;
