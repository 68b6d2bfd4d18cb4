import { toModeReset } from "@boocode/shared/text/terminal-output/terminal-modes";
import type { TerminalPiece } from "./terminal-line.ts";

/** What a screen shows before a piece of which the beginning is gone. */
export interface GapState {
  /** Whether nothing has been drawn. */
  isEmpty: boolean;
  isOnSecondScreen: boolean;
}

/** Returns what says on a screen that output is gone, and puts the screen from its modes into those of the piece that follows. */
export function toGapText({ lost, prelude }: Pick<TerminalPiece, "lost" | "prelude">, { isEmpty, isOnSecondScreen }: GapState): string {
  const above = isEmpty ? "" : "\r\n";
  const said = `\u001b[2m… ${toUnits(lost)} of earlier output are not kept …\u001b[m\r\n`;
  return `\u0018${toModeReset(isOnSecondScreen)}${above}${said}${prelude}`;
}

function toUnits(count: number): string {
  if (count < 10_000) return `${count} characters`;
  return count < 1_000_000 ? `${Math.round(count / 1_000)} thousand characters` : `${(count / 1_000_000).toFixed(1)} million characters`;
}
