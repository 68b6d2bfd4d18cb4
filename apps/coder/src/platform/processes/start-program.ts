import { startBy, type StartProgram } from "./program.ts";

/** Starts a program as a child of this process. */
export const startProgram: StartProgram = async (program, onOutput) => {
  // Load execa on first use: the daemon gets ready sooner and takes 10 MB less memory until then.
  const { launchWithExeca } = await import("./launch-with-execa.ts");
  return startBy(launchWithExeca)(program, onOutput);
};
