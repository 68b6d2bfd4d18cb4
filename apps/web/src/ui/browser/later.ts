import { lazy } from "react";

/** How often a part is asked for: for about two minutes. */
const TRIES = 30;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/** Loads a part of the page. One that does not come, because the daemon is away for a moment, is asked for again; at last it rejects. */
export async function loadAgain<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await load();
    } catch (error) {
      if (attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1))));
    }
  }
}

/** A component that is loaded when it is first shown, by {@link loadAgain}. */
export const later: typeof lazy = (load) => lazy(() => loadAgain(load));
