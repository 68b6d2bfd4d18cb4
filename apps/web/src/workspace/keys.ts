/** Shortcuts of the workspace. A second one is for browsers that reserve the first. */
export const NEW_CHAT_KEYS = ["Mod+T", "Own+T"] as const;
export const CLOSE_CHAT_KEYS = ["Mod+W", "Own+W"] as const;
export const REOPEN_KEYS = ["Mod+Shift+T", "Own+Shift+T"] as const;
export const NEW_TERMINAL_KEYS = ["Mod+`", "Own+`"] as const;
export const CODE_KEYS = ["Mod+Shift+E"] as const;
export const SPLIT_KEYS = ["Mod+\\"] as const;
export const CLOSE_PANE_KEYS = ["Own+Shift+W"] as const;
/** Moves the visible tab to the next pane, or beside a single one. */
export const MOVE_TAB_KEYS = ["Own+Shift+M"] as const;
/** Moves the focus to the pane that lies there. A terminal leaves these to the page. */
export const FOCUS_PANE_KEYS = {
  left: ["Own+Shift+ArrowLeft"],
  right: ["Own+Shift+ArrowRight"],
  top: ["Own+Shift+ArrowUp"],
  bottom: ["Own+Shift+ArrowDown"],
} as const;
