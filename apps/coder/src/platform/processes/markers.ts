/** The variable that every descendant of an agent's process inherits, even one that leaves its process group, so that all of them can be found and ended. */
export const PROCESS_MARKER = "BOOCODE_PROCESS_ID";
