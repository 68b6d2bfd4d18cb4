/** Shortcuts that start a session; the second is for browsers that reserve the first. */
export const NEW_SESSION_KEYS = ["Mod+N", "Own+N"] as const;
