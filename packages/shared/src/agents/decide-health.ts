/** What is known of a program that many chats share. */
export interface SharedHealth {
  /** Since it last said anything: an answer, an event, a heartbeat. */
  silentMs: number;
  /** Questions in a row that it did not answer in time. */
  failedProbes: number;
  /** A turn runs on it. */
  isBusy: boolean;
}

const IDLE_LIMIT_MS = 30_000;
const BUSY_LIMIT_MS = 60_000;
/** After a machine has slept the silence is long, and nobody has asked yet. */
const MIN_FAILED_PROBES = 3;

/** Decides whether a shared program is given up. Slow is not dead: one that still says anything stays, whatever it does not answer. */
export function decideHealth({ silentMs, failedProbes, isBusy }: SharedHealth): "keep" | "replace" {
  const isSilent = silentMs >= (isBusy ? BUSY_LIMIT_MS : IDLE_LIMIT_MS);
  return isSilent && failedProbes >= MIN_FAILED_PROBES ? "replace" : "keep";
}
