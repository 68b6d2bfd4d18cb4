import { startBy, type StartProgram } from "./program.ts";

/** Starts a program as a child of this process. */
export const startProgram: StartProgram = async (program, onOutput) => {
  // Read when it is first wanted: the daemon is ready before it starts a program, and ten megabytes smaller until then.
  const { launchWithExeca } = await import("./launch-with-execa.ts");
  return startBy(launchWithExeca)(program, onOutput);
};
