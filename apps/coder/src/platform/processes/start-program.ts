import { launchWithExeca } from "./launch-with-execa.ts";
import { startBy } from "./program.ts";

/** Starts a program as a child of this process. */
export const startProgram = startBy(launchWithExeca);
