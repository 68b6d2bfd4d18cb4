import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { TRPCError } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer, type WebSocket } from "ws";
import type { Access } from "../../access/access.ts";
import type { Logger } from "../../platform/logger.ts";
import type { ApiContext, ApiParts } from "../api-context.ts";
import { appRouter } from "../app-router.ts";
import type { LiveConnections } from "./live-connections.ts";
import { logUnexpected } from "./log-unexpected.ts";
import { toRawRefusal, type RequestGuard } from "./request-guard.ts";

/** The close code of a socket whose token is missing, wrong or revoked. */
const UNAUTHORIZED_CLOSE_CODE = 4401;

export interface SocketLimits {
  /** How long a socket may take to say its token. */
  authenticateWithinMs: number;
  maxUnauthenticated: number;
  maxSockets: number;
  maxPayloadBytes: number;
  maxBatchSize: number;
  /** How often a silent socket is asked whether it is there, and how long it may take to answer. */
  pingMs: number;
  pongWaitMs: number;
}

export interface SocketServerDeps {
  parts: ApiParts;
  access: Access;
  guard: RequestGuard;
  connections: LiveConnections;
  logger: Logger;
  limits: SocketLimits;
}

/** The WebSocket side of the API: one socket a browser tab, for all its subscriptions. */
export class SocketServer {
  readonly #deps: SocketServerDeps;
  readonly #server: WebSocketServer;
  /** Sockets that have not said a good token yet, each with what stops its timer. */
  readonly #unauthenticated = new Map<WebSocket, () => void>();
  #isClosing = false;

  constructor(deps: SocketServerDeps) {
    this.#deps = deps;
    this.#server = new WebSocketServer({ noServer: true, maxPayload: deps.limits.maxPayloadBytes, perMessageDeflate: false });
    this.#server.on("connection", (socket: WebSocket) => this.#awaitToken(socket));
    applyWSSHandler({
      wss: this.#server,
      router: appRouter,
      createContext: ({ res, info }) => this.#authenticate(res, info.connectionParams?.["token"]),
      maxBatchSize: deps.limits.maxBatchSize,
      keepAlive: { enabled: true, pingMs: deps.limits.pingMs, pongWaitMs: deps.limits.pongWaitMs },
      onError: ({ error, path, type }) => logUnexpected(deps.logger, error, { path, type }),
    });
  }

  /** Takes an upgrade through the gate. Never throws: what goes wrong ends the socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // An error on a socket nobody listens to would end the process.
    socket.on("error", () => socket.destroy());
    void this.#admit(request, socket, head).catch(() => refuse(socket, 503));
  }

  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const admission = await this.#deps.guard.admit(request, true);
    if (admission.kind !== "socket") return refuse(socket, admission.kind === "refused" ? admission.status : 400);
    const { maxUnauthenticated, maxSockets } = this.#deps.limits;
    const isFull = this.#unauthenticated.size >= maxUnauthenticated || this.#server.clients.size >= maxSockets;
    if (this.#isClosing || isFull) return refuse(socket, 503);
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#server.emit("connection", ws, request));
  }

  /** Closes every socket with "going away", and waits until they are gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const gone = [...this.#server.clients].map(async (socket) => {
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.close(1001, "the daemon stops");
      // A client that does not answer the close is not waited for.
      const timer = setTimeout(() => socket.terminate(), 250);
      await closed;
      clearTimeout(timer);
    });
    await Promise.all(gone);
    this.#server.close();
  }

  #awaitToken(socket: WebSocket): void {
    const timer = setTimeout(() => socket.close(UNAUTHORIZED_CLOSE_CODE, "unauthorized"), this.#deps.limits.authenticateWithinMs);
    this.#unauthenticated.set(socket, () => clearTimeout(timer));
    socket.once("close", () => this.#endWaiting(socket));
  }

  #endWaiting(socket: WebSocket): void {
    this.#unauthenticated.get(socket)?.();
    this.#unauthenticated.delete(socket);
  }

  async #authenticate(socket: WebSocket, token: string | undefined): Promise<ApiContext> {
    const principal = token === undefined ? null : await this.#deps.access.authenticate(token);
    if (!principal) {
      socket.close(UNAUTHORIZED_CLOSE_CODE, "unauthorized");
      throw new TRPCError({ code: "UNAUTHORIZED", message: "unauthorized" });
    }
    this.#endWaiting(socket);
    const forget = this.#deps.connections.add(principal, () => socket.close(UNAUTHORIZED_CLOSE_CODE, "token revoked"));
    socket.once("close", forget);
    return {
      parts: this.#deps.parts,
      principal,
      bufferedBytes: () => socket.bufferedAmount,
      closeSocket: (reason) => socket.close(1013, reason),
    };
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.end(toRawRefusal(status));
}
