import { createWSClient, type TRPCWebSocketClient } from "@trpc/client";
import { readToken, verifyAccess, whenGranted } from "./access.ts";
import { BackOff } from "./back-off.ts";
import { LeavingSocket } from "./leaving-socket.ts";

/** The close code the daemon uses for a token that is missing, wrong or late. */
const UNAUTHORIZED_CODE = 4401;
const PING_EVERY_MS = 2_000;
/** Time limit for a pong before a silent connection is considered lost. */
const PONG_WITHIN_MS = 10_000;
/** A shorter limit, used after the machine wakes up. */
const PONG_AFTER_WAKING_MS = 2_000;

/** The current connection to the daemon. Times are in epoch milliseconds. */
export interface Line {
  isOpen: boolean;
  /** When the last byte was received; null before the first. */
  lastInboundAt: number | null;
}

const line: Line = { isOpen: false, lastInboundAt: null };
const listeners = new Set<() => void>();
const backOff = new BackOff();
let current: WebSocket | null = null;

export const readLine = (): Readonly<Line> => line;

/** Calls `listener` when the connection opens, closes or receives a byte. */
export function onLineChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A socket that records when anything is received: events, answers and pongs. */
class WatchedSocket extends LeavingSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    watch(this, readToken());
  }
}

function watch(watched: WebSocket, token: string | null): void {
  watched.addEventListener("open", () => {
    current = watched;
    note(true, Date.now());
  });
  watched.addEventListener("message", () => {
    backOff.reset();
    if (current === watched) note(true, Date.now());
  });
  watched.addEventListener("close", (event) => {
    if (event.code === UNAUTHORIZED_CODE) void verifyAccess(token);
    if (current !== watched) return;
    current = null;
    note(false, line.lastInboundAt);
  });
}

/** The one WebSocket of this tab, for all subscriptions. Opens when there is a token, and reopens after a loss. */
export const socket: TRPCWebSocketClient = createWSClient({
  url: async () => {
    await whenGranted();
    // We wait here instead of in tRPC, so that the wait can be cut short when the machine wakes up.
    await backOff.wait();
    return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/trpc`;
  },
  retryDelayMs: () => 0,
  connectionParams: () => ({ token: readToken() ?? "" }),
  keepAlive: { enabled: true, intervalMs: PING_EVERY_MS, pongTimeoutMs: PONG_WITHIN_MS },
  WebSocket: WatchedSocket,
});

/** Checks the connection at once, when its state may have changed: the page became visible or the network came back. */
function checkLine(): void {
  if (document.visibilityState === "hidden") return;
  backOff.hurry();
  const asked = current;
  if (asked?.readyState !== WebSocket.OPEN) return;
  const askedAt = Date.now();
  asked.send("PING");
  setTimeout(() => {
    if (current === asked && (line.lastInboundAt ?? 0) < askedAt) asked.close();
  }, PONG_AFTER_WAKING_MS);
}

window.addEventListener("online", checkLine);
window.addEventListener("pageshow", checkLine);
document.addEventListener("visibilitychange", checkLine);

function note(isOpen: boolean, lastInboundAt: number | null): void {
  line.isOpen = isOpen;
  line.lastInboundAt = lastInboundAt;
  for (const listener of listeners) listener();
}
