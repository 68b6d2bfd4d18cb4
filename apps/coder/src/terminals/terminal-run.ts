import type { SessionId } from "@boocode/shared/ids";
import type { Terminal, TerminalSize } from "@boocode/shared/terminals/terminal";
import type { ProgramExit } from "../platform/processes/supervised-child.ts";
import type { TerminalOutput } from "./terminal-output.ts";

export interface TerminalRunInput {
  sessionId: SessionId;
  title: string;
  /** The argv of each program. */
  steps: readonly (readonly string[])[];
  size: TerminalSize;
}

/** Programs that run in a terminal. */
export interface TerminalRun {
  terminal: Terminal;
  /** Resolves when all have ended, or one has failed, with the end of what they wrote. Never rejects. */
  ended: Promise<{ exit: ProgramExit; output: string }>;
}

/** How much of an output is read back, in UTF-16 code units. */
const MAX_TAIL = 65_536;

/** Reads the end of what was written since a place. */
export function readTail(output: TerminalOutput, begin: number): string {
  const texts: string[] = [];
  for (let place = Math.max(begin, output.end - MAX_TAIL); place < output.end;) {
    const piece = output.read(place, MAX_TAIL);
    if (piece === null || piece.text === "") break;
    texts.push(piece.text);
    place = piece.offset + piece.text.length;
  }
  return texts.join("");
}
