import type { ProgramExit } from "../supervised-child.ts";

/** A program to start in a pseudoterminal of its own. */
export interface PtyProgram {
  file: string;
  argv: readonly string[];
  cwd: string;
  /** The complete environment; nothing is inherited. */
  env: Readonly<Record<string, string>>;
  cols: number;
  rows: number;
}

/** A message from the daemon to its pseudoterminals. */
export type PtyOrder =
  | { kind: "open"; id: number; program: PtyProgram }
  | { kind: "write"; id: number; text: string }
  | { kind: "resize"; id: number; cols: number; rows: number }
  /** So many units of the output have been taken: as many more may follow. */
  | { kind: "taken"; id: number; units: number }
  /** Hangs up: the system then tells its programs that their terminal is gone. */
  | { kind: "hangUp"; id: number };

/** A message from the pseudoterminals to the daemon. No message about one follows its end. */
export type PtyReport =
  | { kind: "ready" }
  | { kind: "opened"; id: number; pid: number; startTime: string }
  | { kind: "refused"; id: number; message: string }
  /** Filtered, see `TerminalFilter`. */
  | { kind: "output"; id: number; text: string }
  /** So many units of what was typed have been handed over to the terminal. */
  | { kind: "typed"; id: number; units: number }
  | { kind: "ended"; id: number; exit: ProgramExit };

/** How much output of one pseudoterminal may be on its way to the daemon, in UTF-16 code units. */
export const WINDOW_UNITS = 262_144;
/** How much may be typed into one pseudoterminal whose program does not read it, in UTF-16 code units. */
export const MAX_UNTYPED_UNITS = 1_048_576;
