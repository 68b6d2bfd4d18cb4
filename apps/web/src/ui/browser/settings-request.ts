const listeners = new Set<() => void>();

/** Asks for the settings to be opened, from wherever that helps. */
export function requestSettings(): void {
  for (const listener of listeners) listener();
}

/** Called back when somebody asks for the settings. Returns what ends that. */
export function onSettingsRequest(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
