import type { AppRouter } from "@boocode/coder/router";
import { createTRPCClient, createWSClient, httpLink, type TRPCClient, type TRPCWebSocketClient, wsLink } from "@trpc/client";
import { WebSocket } from "ws";
import type { StartedDaemon } from "../fixture/start-daemon.ts";

/** The parts of a daemon that a client needs. */
type Address = Pick<StartedDaemon, "origin" | "token">;

/** A client for queries and mutations over HTTP, as the page makes them. */
export function callOver({ origin, token }: Address): TRPCClient<AppRouter> {
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${origin}/trpc`, headers: { authorization: `Bearer ${token}` } })] });
}

/** A WebSocket of `ws`, which costs the measuring side less than the built-in one. */
export function openSocket(url: string, token?: string): TRPCWebSocketClient {
  return createWSClient({
    url,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    ...(token === undefined ? {} : { connectionParams: { token } }),
  });
}

export interface DaemonSocket extends AsyncDisposable {
  client: TRPCClient<AppRouter>;
}

/** Opens a subscriber's connection; resolves once it is open. */
export async function connectTo({ origin, token }: Address): Promise<DaemonSocket> {
  const socket = openSocket(`${origin.replace("http", "ws")}/trpc`, token);
  const client = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] });
  await client.settings.get.query();
  return { client, [Symbol.asyncDispose]: () => socket.close() };
}
