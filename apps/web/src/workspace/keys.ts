/** Shortcuts of the workspace. A second one is for browsers that reserve the first. */
export const NEW_CHAT_KEYS = ["Mod+T", "Own+T"] as const;
export const CLOSE_CHAT_KEYS = ["Mod+W", "Own+W"] as const;
export const REOPEN_KEYS = ["Mod+Shift+T", "Own+Shift+T"] as const;
