/** Limits of what the page opens and writes. Over them, a file has a plain view, and a write is refused and nothing is written. */
export const FILE_LIMITS = {
  /** A text that can be edited, in bytes. */
  textBytes: 2 * 1024 * 1024,
  /** The beginning of a larger text that is shown, in bytes. */
  headBytes: 256 * 1024,
  /** One file that is renamed or deleted, in bytes: its content is kept. */
  movedBytes: 50 * 1024 * 1024,
  /** All files of a folder that is renamed or deleted. */
  movedFiles: 1_000,
  movedTotalBytes: 200 * 1024 * 1024,
  /** Entries of a folder in one answer. */
  entries: 1_000,
  /** Matches of one search, and the characters shown of a line. */
  matches: 1_000,
  lineCharacters: 300,
} as const;
