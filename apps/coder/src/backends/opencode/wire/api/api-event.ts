/** An event in the form of opencode 1, for `decodeEvent`. */
export interface OldEvent {
  id?: string;
  type: string;
  properties: Record<string, unknown>;
}

/** What an event means: the same in the form of opencode 1, and when to look whether its session still works. */
export interface Translated {
  events: OldEvent[];
  look: { sessionId: string; afterMs: number } | null;
}

export const NOTHING: Translated = { events: [], look: null };

/** Makes the translation that is one event. */
export function only(type: string, properties: Record<string, unknown>): Translated {
  return { events: [{ type, properties }], look: null };
}
