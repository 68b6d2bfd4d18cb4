/** The state of the page's connection to the daemon. */
export interface ConnectionState {
  /** `connecting` is only the first connection; `stale` is open but silent. */
  kind: "connecting" | "live" | "stale" | "reconnecting";
  /** Whole seconds since the last byte was received; 0 while live or before the first byte. */
  ageSeconds: number;
}

/** Shorter silences are normal pauses between two pings. In milliseconds. */
const STALE_AFTER_MS = 3_500;

/** Derives the state from when the last byte was received. Times are milliseconds of one clock. */
export function toConnectionState(line: { isOpen: boolean; lastInboundAt: number | null }, now: number): ConnectionState {
  if (line.lastInboundAt === null) return { kind: "connecting", ageSeconds: 0 };
  const ageMs = Math.max(0, now - line.lastInboundAt);
  const ageSeconds = Math.floor(ageMs / 1_000);
  if (!line.isOpen) return { kind: "reconnecting", ageSeconds };
  return ageMs >= STALE_AFTER_MS ? { kind: "stale", ageSeconds } : { kind: "live", ageSeconds: 0 };
}

/** The label of the state in the sidebar. */
export function toConnectionLabel(state: ConnectionState): string {
  switch (state.kind) {
    case "connecting":
      return "connecting";
    case "live":
      return "live";
    case "stale":
      return `${state.ageSeconds} s old`;
    case "reconnecting":
      return "reconnecting";
  }
}
