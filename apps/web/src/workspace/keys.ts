/** Shortcuts of the workspace. Where there are two, the second is for browsers that keep the first for themselves. */
export const NEW_CHAT_KEYS = ["Mod+T", "Own+T"] as const;
export const CLOSE_CHAT_KEYS = ["Mod+W", "Own+W"] as const;
export const REOPEN_KEYS = ["Mod+Shift+T", "Own+Shift+T"] as const;
