/**
 * How much one event may hold: characters where nothing else is said. What comes from outside is cut to fit before it is stored
 * (`to-stored-event.ts`); what was stored is read by the same schema, so a limit is only ever raised.
 */
export const EVENT_LIMITS = {
  /** Ids of parts and calls, names, options: what an agent calls things. */
  id: 200,
  title: 500,
  text: 4_000,
  path: 4_096,
  /** One word of a command: a question shows it whole, up to all words together. */
  word: 256 * 1_024,
  label: 200,
  commandDescription: 2_000,
  /** A tool's output and its patch, with the mark of what was left out. */
  output: 64 * 1_024 + 16,
  /** A whole part. What an agent may say at once is limited where it is recorded; earlier versions did not. */
  part: 64 * 1_024 * 1_024,
  /** Anything listed: paths of a tool, entries of a plan, commands. */
  items: 500,
  options: 20,
  /** Paths of a turn's changes. */
  changedPaths: 100_000,
} as const;
