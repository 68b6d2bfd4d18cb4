import { cutText, cutTextStart } from "../../text/cut-text.ts";
import type { TaskEvidence } from "../../tasks/task.ts";

/** How a process ended, as the operating system reports it. */
export interface ProcessEnd {
  exitCode: number | null;
  signal: string | null;
  /** The system error if the process could not be started. */
  refusal: { code?: string | undefined; message: string } | null;
}

const MAX_TAIL_CHARS = 4_000;

/**
 * Returns the evidence for why an agent's process ended. `name` begins the sentence ("The agent", "opencode"); `why` replaces the sentence
 * if we ended the process ourselves.
 */
export function toExitEvidence(name: string, end: ProcessEnd, stderrTail: string, why: string | null = null): TaskEvidence {
  const { exitCode, signal, refusal } = end;
  const message =
    why ??
    (refusal === null
      ? `${name}'s process ended (${signal ?? `exit code ${exitCode}`}).`
      : `${name} could not be started: ${refusal.code ?? refusal.message}.`);
  return {
    message: cutText(message, 4_000),
    ...(exitCode === null ? {} : { exitCode }),
    ...(signal === null ? {} : { signal }),
    ...(stderrTail === "" ? {} : { stderrTail: cutTextStart(stderrTail, MAX_TAIL_CHARS) }),
  };
}
