import type { StartProgram } from "./program.ts";
import { ProgramStarter } from "./program-starter.ts";

let starter: ProgramStarter | null = null;

/**
 * Starts programs for the tests of this process, as the daemon does: from a small process. A test process is large, and a fork copies the
 * page tables of all of it; tests of git start it a hundred times each. The small process begins with the first program, because a test may
 * go on as another user.
 */
export const startSmall: StartProgram = (program, onOutput) => {
  starter ??= new ProgramStarter({ env: { PATH: "/usr/bin:/bin" } });
  return starter.start(program, onOutput);
};
