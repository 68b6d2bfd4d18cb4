/** How long an event waits for others to share its commit and its frame, in milliseconds: a frame of a screen. */
export const BATCH_WINDOW_MS = 16;
/** The same while an agent writes faster than anyone reads: three frames. */
export const WIDE_BATCH_WINDOW_MS = 48;
/** From here on, several events come within a frame of a screen. */
const FAST_EVENTS_PER_MS = 0.5;
/** The same for text whose words come several in an event, as a fast model's server sends them: 500 words of five letters a second. */
const FAST_CHARS_PER_MS = 2.5;
/** A long text in one event is not a fast stream. */
const MIN_FAST_EVENTS = 2;

export interface CollectedBatch {
  events: number;
  /** The length of the text in them. */
  chars: number;
  /** How long they were collected. */
  collectedMs: number;
}

/**
 * Decides how long the next batch of a turn's events is collected, by what the batch before had. Most of what an event costs is its batch:
 * the commit, and a frame to each reader.
 */
export function decideBatchWindow({ events, chars, collectedMs }: CollectedBatch): number {
  const isFastText = events >= MIN_FAST_EVENTS && chars >= FAST_CHARS_PER_MS * collectedMs;
  return isFastText || events >= FAST_EVENTS_PER_MS * collectedMs ? WIDE_BATCH_WINDOW_MS : BATCH_WINDOW_MS;
}
