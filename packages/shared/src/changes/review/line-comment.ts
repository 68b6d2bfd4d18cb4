import { z } from "zod";
import { ChangeId, CommentId, EpochMs, SessionId } from "../../ids.ts";

/** The most comments of a session. */
export const MAX_COMMENTS = 100;
/** The longest comment, in UTF-16 units. */
export const MAX_COMMENT_CHARS = 4_000;
/** How much of a line is kept with its comment, in UTF-16 units. */
export const MAX_QUOTE_CHARS = 400;

/** A line of a change. `old`: a line of the base, numbered there; `new`: a line of the current file. */
export const CommentedLine = z.object({
  side: z.enum(["old", "new"]),
  /** Counted from 1. */
  line: z.number().int().positive(),
  /** The line's text, its beginning if it is long. */
  quote: z.string().max(MAX_QUOTE_CHARS),
});
export type CommentedLine = z.infer<typeof CommentedLine>;

/** The text of a comment, without lone surrogates. */
export const CommentText = z
  .string()
  .max(MAX_COMMENT_CHARS)
  .overwrite((text) => text.toWellFormed().trim())
  .refine((text) => text !== "");

/** What a person wrote about one line. It waits for the next prompt of the session, which carries it to the agent. */
export const LineComment = CommentedLine.extend({
  id: CommentId,
  sessionId: SessionId,
  /** The change that was commented on: if it is not pending any more, the line may be another one now. */
  changeId: ChangeId,
  path: z.string(),
  text: z.string(),
  createdAt: EpochMs,
});
export type LineComment = z.infer<typeof LineComment>;
