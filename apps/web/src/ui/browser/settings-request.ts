const listeners = new Set<() => void>();

/** Asks for the settings to be opened, from anywhere in the page. */
export function requestSettings(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` on each request for the settings. Returns the unsubscribe function. */
export function onSettingsRequest(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
