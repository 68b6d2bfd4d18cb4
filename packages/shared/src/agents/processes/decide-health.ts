/** The observed state of a program that many chats share. */
export interface SharedHealth {
  /** Milliseconds since its last output: a response, an event or a heartbeat. */
  silentMs: number;
  /** Consecutive health probes that timed out. */
  failedProbes: number;
  /** Whether a turn is running on it. */
  isBusy: boolean;
}

const IDLE_LIMIT_MS = 30_000;
const BUSY_LIMIT_MS = 60_000;
/** After the machine wakes from sleep the silence is long although nothing has been probed yet. */
const MIN_FAILED_PROBES = 3;

/** Decides whether to replace a shared program. Slow is not dead: a program with any output is kept, whatever it fails to answer. */
export function decideHealth({ silentMs, failedProbes, isBusy }: SharedHealth): "keep" | "replace" {
  const isSilent = silentMs >= (isBusy ? BUSY_LIMIT_MS : IDLE_LIMIT_MS);
  return isSilent && failedProbes >= MIN_FAILED_PROBES ? "replace" : "keep";
}
