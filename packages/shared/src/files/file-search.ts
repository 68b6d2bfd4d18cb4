import { z } from "zod";
import { SessionId } from "../ids.ts";
import { FILE_LIMITS } from "./file-limits.ts";

/** What to look for in the files of a worktree. */
export const SearchInput = z.object({
  sessionId: SessionId,
  /** One line. */
  query: z
    .string()
    .min(1)
    .max(500)
    .refine((text) => !/[\n\0]/.test(text), "It must be one line"),
  /** The query is a POSIX extended regular expression. */
  isPattern: z.boolean().default(false),
  isCaseSensitive: z.boolean().default(false),
  isWholeWord: z.boolean().default(false),
  limit: z.number().int().min(1).max(FILE_LIMITS.matches).default(FILE_LIMITS.matches),
});
export type SearchInput = z.infer<typeof SearchInput>;

/** A line that matches. */
export const FoundLine = z.object({
  /** From 1. */
  line: z.number().int(),
  /** Where the first match begins in the whole line, in UTF-16 code units from 1. */
  column: z.number().int(),
  /** The line, or the part of it around the match. */
  text: z.string(),
  /** Where the first match begins in `text`, from 0. */
  at: z.number().int(),
});
export type FoundLine = z.infer<typeof FoundLine>;

export const FoundFile = z.object({ path: z.string(), lines: z.array(FoundLine) });
export type FoundFile = z.infer<typeof FoundFile>;

/** What a search found, file by file. `isCut`: there is more. */
export interface Found {
  files: FoundFile[];
  isCut: boolean;
}
