import { findProcessesByMarker } from "../../apps/coder/src/platform/processes/process.ts";

/** A variable in the environment of a real agent, inherited by every process it starts. */
export const TEST_MARKER = "BOOCODE_TEST_ID";

/** Kills all processes with a test's marker, as a power cut would. Ignores processes that have already ended. */
export async function killMarked(marker: string): Promise<void> {
  for (const { pid } of await findProcessesByMarker(TEST_MARKER, marker)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
