/**
 * Size limits of one event, in characters unless stated otherwise. Data from outside is cut to fit before it is stored
 * (`to-stored-event.ts`). Stored events are read with the same schema, so a limit may only be raised.
 */
export const EVENT_LIMITS = {
  /** Ids and names that agents choose: of parts, calls, tools and options. */
  id: 200,
  title: 500,
  text: 4_000,
  path: 4_096,
  /** One word of a command. A permission shows the whole command, up to the limit of all words together. */
  word: 256 * 1_024,
  label: 200,
  commandDescription: 2_000,
  /** What an agent is given of a chat in front of its prompt. */
  handover: 80_000,
  /** A summary of the earlier part of a chat. */
  summary: 24_000,
  /** A tool's output or its patch, including the note about what was cut. */
  output: 64 * 1_024 + 16,
  /** A whole part. The recorder limits what an agent may write at once; earlier versions did not. */
  part: 64 * 1_024 * 1_024,
  /** Lists: paths of a tool, entries of a plan, commands. */
  items: 500,
  options: 20,
  /** The texts of one list together. What does not fit is left out. */
  listTogether: 256 * 1_024,
  /** Paths changed by a turn. */
  changedPaths: 100_000,
} as const;
