const listeners = new Set<(text: string) => void>();

/** Opens the palette with a text, from anywhere in the page. */
export function requestPalette(text = ""): void {
  for (const listener of listeners) listener(text);
}

/** Calls `listener` on each request for the palette. Returns the unsubscribe function. */
export function onPaletteRequest(listener: (text: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
