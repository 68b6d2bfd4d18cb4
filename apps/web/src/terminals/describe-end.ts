import type { TerminalEnd } from "@boocode/shared/terminals/terminal";

/** How a terminal ended, in a sentence. */
export function describeEnd({ exitCode, signal, because }: TerminalEnd): string {
  if (because === "daemon") return "Ended when BooCode stopped.";
  if (signal !== null) return signal === "SIGHUP" ? "Ended: its terminal was closed." : `Ended by ${signal}.`;
  return exitCode === 0 ? "Ended." : `Ended with exit code ${exitCode}.`;
}
