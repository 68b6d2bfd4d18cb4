import type { Program } from "./program.ts";
import type { ProgramExit } from "./supervised-child.ts";

/** What the daemon tells its program starter. */
export interface StarterOrder {
  id: number;
  program: Program;
}

/** What the program starter tells the daemon; nothing of a program comes after its end. */
export type StarterReport =
  | { kind: "ready" }
  /** `startTime` is empty where it is read only when it is wanted. */
  | { kind: "started"; id: number; pid: number; startTime: string }
  | { kind: "refused"; id: number; code: string; message: string }
  | { kind: "output"; id: number; stream: "stdout" | "stderr"; chunk: Buffer }
  | { kind: "ended"; id: number; exit: ProgramExit };
