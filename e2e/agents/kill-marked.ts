import { findProcessesByMarker } from "../../apps/coder/src/platform/processes/process.ts";

/** Set in the environment of a real agent: what it starts carries it, too. */
export const TEST_MARKER = "BOOCODE_TEST_ID";

/** Ends what carries a test's mark, as a power cut would. What has gone meanwhile is gone. */
export async function killMarked(marker: string): Promise<void> {
  for (const { pid } of await findProcessesByMarker(TEST_MARKER, marker)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
