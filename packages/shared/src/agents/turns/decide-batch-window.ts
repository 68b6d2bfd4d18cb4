/** How long an event waits for others to share its commit and its frame, in milliseconds: a frame of a screen. */
export const BATCH_WINDOW_MS = 16;
/** The same while an agent writes faster than anyone reads: three frames. */
export const WIDE_BATCH_WINDOW_MS = 48;
/** From here on, several events come within a frame of a screen. */
const FAST_EVENTS_PER_MS = 0.5;

/**
 * Decides how long the next batch of a turn's events is collected, by how many events the batch before had and how long it was collected.
 * Most of what an event costs is its batch: the commit, and a frame to each reader.
 */
export function decideBatchWindow({ events, collectedMs }: { events: number; collectedMs: number }): number {
  return events >= FAST_EVENTS_PER_MS * collectedMs ? WIDE_BATCH_WINDOW_MS : BATCH_WINDOW_MS;
}
