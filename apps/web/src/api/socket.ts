import { createWSClient, type TRPCWebSocketClient } from "@trpc/client";
import { readToken, refuseAccess, whenGranted } from "./access.ts";
import { BackOff } from "./back-off.ts";
import { LeavingSocket } from "./leaving-socket.ts";

/** What the daemon closes a socket with whose token is missing or wrong. */
const UNAUTHORIZED_CODE = 4401;
const PING_EVERY_MS = 2_000;
/** How long an open but silent line is believed in. */
const PONG_WITHIN_MS = 10_000;
/** After waking up there is no reason for patience. */
const PONG_AFTER_WAKING_MS = 2_000;

/** The line to the daemon as it is now. Times in epoch milliseconds. */
export interface Line {
  isOpen: boolean;
  /** When the last byte came in, whatever it was; null before the first. */
  lastInboundAt: number | null;
}

const line: Line = { isOpen: false, lastInboundAt: null };
const listeners = new Set<() => void>();
const backOff = new BackOff();
let current: WebSocket | null = null;

export const readLine = (): Readonly<Line> => line;

/** Tells when the line opened, closed, or a byte came in. */
export function onLineChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A socket that notes every byte that comes in: events, answers and pongs alike. */
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
    if (event.code === UNAUTHORIZED_CODE) refuseAccess(token);
    if (current !== watched) return;
    current = null;
    note(false, line.lastInboundAt);
  });
}

/** The one WebSocket of this tab, for all subscriptions. Opens when there is a token, and again whenever it was lost. */
export const socket: TRPCWebSocketClient = createWSClient({
  url: async () => {
    await whenGranted();
    // The waiting is done here and not by tRPC, so that it can be cut short when the machine wakes up.
    await backOff.wait();
    return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/trpc`;
  },
  retryDelayMs: () => 0,
  connectionParams: () => ({ token: readToken() ?? "" }),
  keepAlive: { enabled: true, intervalMs: PING_EVERY_MS, pongTimeoutMs: PONG_WITHIN_MS },
  WebSocket: WatchedSocket,
});

/** Call when the line may be better or worse than it seems: the page became visible, the network came back. */
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
