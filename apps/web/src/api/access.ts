import type { AppRouter } from "@boocode/coder/router";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { toBrowserName } from "./browser-name.ts";
import { faultOf } from "./faults/explain-fault.ts";

/**
 * Whether this browser may use the daemon. `missing`: it has no token. `refused`: its token is no longer valid.
 * `unreachable`: the daemon did not answer while a token was being exchanged.
 */
export type AccessState = "starting" | "granted" | "missing" | "refused" | "unreachable";

const KEY = "boocode.token";
const ID_KEY = "boocode.tokenId";
const listeners = new Set<() => void>();
let state: AccessState = "starting";
let token: string | null = null;

/** The token sent with every request; null until there is one. */
export const readToken = (): string | null => token;
/** The id of this browser's own token, which marks it in the list of tokens; null if the browser uses the daemon's token. */
export const readOwnTokenId = (): string | null => readKept(ID_KEY);

export const readAccessState = (): AccessState => state;

export function onAccessChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Drops the token `used` after the daemon answered 401 to it. A token that has replaced it in the meantime is kept. */
export function refuseAccess(used: string | null): void {
  if (used === token && state === "granted") settle(null, "refused");
}

/**
 * Asks the daemon whether `used` still holds, after a socket was closed as unauthorized, and drops it only if the daemon says no: the daemon
 * closes a socket in the same way whose token came too late, which happens to a valid one on a busy machine.
 */
export async function verifyAccess(used: string | null): Promise<void> {
  if (used !== null && used === token && !(await isAccepted(used))) refuseAccess(used);
}

/**
 * Establishes this browser's access. A token in the URL fragment is exchanged for a token of this browser and removed from the URL;
 * without one, the stored token from the last visit is used.
 */
export async function startAccess(): Promise<void> {
  const offered = new URLSearchParams(location.hash.slice(1)).get("token");
  const kept = readKept(KEY);
  if (offered) history.replaceState(history.state, "", location.pathname + location.search);
  window.addEventListener("storage", (event) => {
    if (event.key === KEY && event.newValue !== token) settle(event.newValue, event.newValue ? "granted" : "missing");
  });
  if (!offered) return settle(kept, kept ? "granted" : "missing");
  // People open the printed URL repeatedly: a stored token that still works is kept instead of creating another.
  if (kept && (await isAccepted(kept))) return settle(kept, "granted");
  await exchangeToken(offered);
}

/** Exchanges the daemon's token for one of this browser's own, and returns the resulting access state. */
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
    // No answer is not a refusal: keep the current token.
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
    // Storage is blocked: the token lasts as long as this page.
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
