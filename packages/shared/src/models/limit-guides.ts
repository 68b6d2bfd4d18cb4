/** The bytes read of one guide, and of all in one context, whatever fits the model. */
const MAX_BYTES = 32 * 1024;
const MAX_TOGETHER_BYTES = 96 * 1024;
/** The share of the context for guides. Prose has more bytes per token than this in most languages, so they take less. */
const SHARE = 1 / 4;
const BYTES_PER_TOKEN = 3;

/** Returns how many bytes of one guide, and of all in one context, a model is given at most. Null: its context is not known. */
export function limitGuides(contextTokens: number | null): { one: number; together: number } {
  const room = contextTokens === null ? MAX_TOGETHER_BYTES : Math.floor(contextTokens * SHARE * BYTES_PER_TOKEN);
  return { one: Math.min(MAX_BYTES, room), together: Math.min(MAX_TOGETHER_BYTES, room) };
}
