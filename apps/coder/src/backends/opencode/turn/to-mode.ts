/** Converts a mode: `auto` is the agent's default; any other mode is the name of one of opencode's agents. */
export const toMode = (mode: string): string | null => (mode === "" || mode === "auto" ? null : mode);
