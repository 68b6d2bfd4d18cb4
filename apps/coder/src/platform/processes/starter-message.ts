import type { Program } from "./program.ts";
import type { ProgramExit } from "./supervised-child.ts";

/** A message from the daemon to its program starter. */
export interface StarterOrder {
  id: number;
  program: Program;
}

/** A message from the program starter to the daemon. No message about a program follows its end. */
export type StarterReport =
  | { kind: "ready" }
  /** `startTime` is empty if it is read later, on demand. */
  | { kind: "started"; id: number; pid: number; startTime: string }
  | { kind: "refused"; id: number; code: string; message: string }
  | { kind: "output"; id: number; stream: "stdout" | "stderr"; chunk: Buffer }
  | { kind: "ended"; id: number; exit: ProgramExit };
