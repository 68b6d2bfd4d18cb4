/** Inherited by everything that one process of an agent's starts, also by what leaves its group: so that nothing of it is left. */
export const PROCESS_MARKER = "BOOCODE_PROCESS_ID";
