/** What starts a session: the second where the browser keeps the first for itself. */
export const NEW_SESSION_KEYS = ["Mod+N", "Own+N"] as const;
