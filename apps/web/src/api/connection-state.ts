/** What the page knows of its line to the daemon. */
export interface ConnectionState {
  /** `connecting` is the first time only; `stale` is open but silent. */
  kind: "connecting" | "live" | "stale" | "reconnecting";
  /** Whole seconds since the last byte came in; 0 while live or before the first. */
  ageSeconds: number;
}

/** Silence up to here is the pause between two pings. In milliseconds. */
const STALE_AFTER_MS = 3_500;

/** Judges the line by the last byte that came in, whatever it was. Times in milliseconds of one clock. */
export function toConnectionState(line: { isOpen: boolean; lastInboundAt: number | null }, now: number): ConnectionState {
  if (line.lastInboundAt === null) return { kind: "connecting", ageSeconds: 0 };
  const ageMs = Math.max(0, now - line.lastInboundAt);
  const ageSeconds = Math.floor(ageMs / 1_000);
  if (!line.isOpen) return { kind: "reconnecting", ageSeconds };
  return ageMs >= STALE_AFTER_MS ? { kind: "stale", ageSeconds } : { kind: "live", ageSeconds: 0 };
}

/** The state in the words of the sidebar. */
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
