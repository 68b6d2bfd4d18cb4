import type { AppRouter } from "@boocode/coder/router";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { toBrowserName } from "./browser-name.ts";
import { faultOf } from "./explain-fault.ts";

/**
 * Whether this browser may use the daemon. `missing`: it has no token. `refused`: it had one that is not good any more.
 * `unreachable`: the daemon did not answer while a token was being exchanged.
 */
export type AccessState = "starting" | "granted" | "missing" | "refused" | "unreachable";

const KEY = "boocode.token";
const ID_KEY = "boocode.tokenId";
const listeners = new Set<() => void>();
let state: AccessState = "starting";
let token: string | null = null;

/** The token every request carries; null until there is one. */
export const readToken = (): string | null => token;
/** The id of this browser's own token, to tell it from others in their list; null where it uses the daemon's. */
export const readOwnTokenId = (): string | null => readKept(ID_KEY);

export const readAccessState = (): AccessState => state;

export function onAccessChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Call when the daemon has said 401 to `used`. A token that was replaced meanwhile stays. */
export function refuseAccess(used: string | null): void {
  if (used === token && state === "granted") settle(null, "refused");
}

/**
 * Finds this browser's right to be here: a token in the address's fragment is exchanged for one of our own and leaves the address;
 * else the one kept from last time is used as it is.
 */
export async function startAccess(): Promise<void> {
  const offered = new URLSearchParams(location.hash.slice(1)).get("token");
  const kept = readKept(KEY);
  if (offered) history.replaceState(history.state, "", location.pathname + location.search);
  window.addEventListener("storage", (event) => {
    if (event.key === KEY && event.newValue !== token) settle(event.newValue, event.newValue ? "granted" : "missing");
  });
  if (!offered) return settle(kept, kept ? "granted" : "missing");
  // The printed address is opened again and again: a token that still works needs no sibling.
  if (kept && (await isAccepted(kept))) return settle(kept, "granted");
  await exchangeToken(offered);
}

/** Exchanges a daemon's token for one of this browser's own. The outcome is the access state. */
export async function exchangeToken(offered: string): Promise<AccessState> {
  try {
    const granted = await clientWith(offered).access.exchange.mutate({ name: toBrowserName(navigator.userAgent) });
    keep(KEY, granted.token);
    keep(ID_KEY, granted.tokenId);
    settle(granted.token, "granted");
  } catch (error) {
    settle(null, isRefusal(error) ? "refused" : "unreachable");
  }
  return state;
}

async function isAccepted(candidate: string): Promise<boolean> {
  try {
    await clientWith(candidate).settings.get.query();
    return true;
  } catch (error) {
    // A daemon that does not answer has not refused: keep what we have.
    return !isRefusal(error);
  }
}

function clientWith(bearer: string) {
  return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: "/trpc", headers: { authorization: `Bearer ${bearer}` } })] });
}

function isRefusal(error: unknown): boolean {
  const meta = error instanceof Error && "meta" in error ? (error.meta as { response?: Response } | undefined) : undefined;
  return meta?.response?.status === 401 || faultOf(error)?.kind === "unauthorized";
}

function settle(next: string | null, nextState: AccessState): void {
  token = next;
  state = nextState;
  for (const listener of listeners) listener();
}

function readKept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is blocked: the token lives as long as this page.
  }
}

/** Resolves once there is a token. */
export async function whenGranted(): Promise<void> {
  if (state === "granted") return;
  await new Promise<void>((resolve) => {
    const stop = onAccessChange(() => {
      if (state !== "granted") return;
      stop();
      resolve();
    });
  });
}
