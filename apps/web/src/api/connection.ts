import { useSyncExternalStore } from "react";
import { toConnectionState, type ConnectionState } from "./connection-state.ts";
import { onLineChange, readLine } from "./socket.ts";

let state = toConnectionState(readLine(), Date.now());

function subscribe(listener: () => void): () => void {
  const look = () => {
    const next = toConnectionState(readLine(), Date.now());
    if (next.kind === state.kind && next.ageSeconds === state.ageSeconds) return;
    state = next;
    listener();
  };
  const stop = onLineChange(look);
  const timer = setInterval(look, 500);
  look();
  return () => {
    stop();
    clearInterval(timer);
  };
}

/** The line to the daemon and its freshness, for showing. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(subscribe, () => state);
}
