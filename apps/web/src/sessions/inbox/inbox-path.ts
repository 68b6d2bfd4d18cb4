/** The address of the inbox. */
export const INBOX_PATH = "/inbox";
/** The keys that open it. */
export const INBOX_KEYS = "Mod+I";
