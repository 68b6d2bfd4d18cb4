import { useSyncExternalStore } from "react";
import { toConnectionState, type ConnectionState } from "./connection-state.ts";
import { onLineChange, readLine } from "./socket.ts";

const LOOK_EVERY_MS = 500;
const listeners = new Set<() => void>();
let state = toConnectionState(readLine(), Date.now());
let stopLooking: (() => void) | null = null;

/** Recomputes the connection state and notifies all subscribers if it changed. */
function look(): void {
  const next = toConnectionState(readLine(), Date.now());
  if (next.kind === state.kind && next.ageSeconds === state.ageSeconds) return;
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  stopLooking ??= startLooking();
  look();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stopLooking?.();
    stopLooking = null;
  };
}

function startLooking(): () => void {
  const stop = onLineChange(look);
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    stop();
    clearInterval(timer);
  };
}

/** The state of the connection to the daemon, for display. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(subscribe, () => state);
}

/** Whether the daemon cannot be reached. Renders less often than {@link useConnection}. */
export function useIsOffline(): boolean {
  return useSyncExternalStore(subscribe, () => state.kind === "reconnecting");
}
