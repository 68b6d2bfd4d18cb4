import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TRPCError } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import type { Access } from "../../access/access.ts";
import { onEnded } from "../../access/principal.ts";
import type { Logger } from "../../platform/logger.ts";
import type { ApiContext, ApiParts } from "../api-context.ts";
import { appRouter } from "../app-router.ts";
import { logUnexpected } from "./log-unexpected.ts";
import { toRawRefusal, type RequestGuard } from "./request-guard.ts";
import { Slots } from "./slots.ts";
import { readFirstMessage } from "./read-first-message.ts";

/** The close code of a socket whose token is missing, wrong or revoked. */
const UNAUTHORIZED_CLOSE_CODE = 4401;
/**
 * How long a socket may take to answer a close, in milliseconds. Without this limit, a socket that never answers would stay open for 30 s.
 */
const CLOSE_WAIT_MS = 250;

export interface SocketLimits {
  /** How long a socket may take to send its token. */
  authenticateWithinMs: number;
  maxUnauthenticated: number;
  maxSockets: number;
  maxPayloadBytes: number;
  maxBatchSize: number;
  /** How often a silent socket is pinged, and how long it may take to answer. */
  pingMs: number;
  pongWaitMs: number;
}

export interface SocketServerDeps {
  parts: ApiParts;
  access: Access;
  guard: RequestGuard;
  logger: Logger;
  limits: SocketLimits;
  /** Called when a socket has sent a valid token. */
  onKnown(socket: Socket): void;
}

/** The WebSocket side of the API: one socket per browser tab, for all its subscriptions. */
export class SocketServer {
  readonly #deps: SocketServerDeps;
  readonly #server: WebSocketServer;
  /** The slots, keyed by the connection below each WebSocket. */
  readonly #slots: Slots<Duplex>;
  /** The functions that end the wait for each socket's token. */
  readonly #waiting = new Map<WebSocket, () => void>();
  #isClosing = false;

  constructor(deps: SocketServerDeps) {
    this.#deps = deps;
    const { maxSockets, maxUnauthenticated } = deps.limits;
    this.#slots = new Slots({ max: maxSockets, maxUnknown: maxUnauthenticated }, (socket) => socket.destroy());
    this.#server = new WebSocketServer({ noServer: true, maxPayload: deps.limits.maxPayloadBytes, perMessageDeflate: false });
    this.#server.on("connection", (socket: WebSocket) => this.#awaitToken(socket));
    applyWSSHandler({
      wss: this.#server,
      router: appRouter,
      createContext: ({ req, res, info }) => this.#authenticate(req.socket, res, info.connectionParams?.["token"]),
      maxBatchSize: deps.limits.maxBatchSize,
      keepAlive: { enabled: true, pingMs: deps.limits.pingMs, pongWaitMs: deps.limits.pongWaitMs },
      onError: ({ error, path, type }) => logUnexpected(deps.logger, error, { path, type }),
    });
  }

  /** Passes an upgrade request through the gate. Never throws: any failure ends the socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // An unhandled error on a socket would end the process.
    socket.on("error", () => socket.destroy());
    void this.#admit(request, socket, head).catch(() => refuse(socket, 503));
  }

  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const admission = await this.#deps.guard.admit(request, true);
    if (admission.kind !== "socket") return refuse(socket, admission.kind === "refused" ? admission.status : 400);
    if (this.#isClosing || !this.#slots.take(socket)) return refuse(socket, 503);
    socket.once("close", () => this.#slots.leave(socket));
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#server.emit("connection", ws, request));
  }

  /** Closes every socket with "going away" and waits until all are closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#server.clients].map((socket) => endSocket(socket, 1001, "the daemon stops")));
    this.#server.close();
  }

  #awaitToken(socket: WebSocket): void {
    const refuseToken = () => void endSocket(socket, UNAUTHORIZED_CLOSE_CODE, "unauthorized");
    const timer = setTimeout(refuseToken, this.#deps.limits.authenticateWithinMs);
    // Runs before tRPC's own listener, which closes a socket without a reason when it cannot parse a message.
    const onMessage = (data: RawData, isBinary: boolean) => {
      const kind = readFirstMessage(data, isBinary);
      if (kind === "heartbeat") return;
      socket.off("message", onMessage);
      if (kind === "malformed") refuseToken();
    };
    socket.on("message", onMessage);
    this.#waiting.set(socket, () => {
      clearTimeout(timer);
      socket.off("message", onMessage);
    });
    socket.once("close", () => this.#endWaiting(socket));
  }

  #endWaiting(socket: WebSocket): void {
    this.#waiting.get(socket)?.();
    this.#waiting.delete(socket);
  }

  async #authenticate(connection: Socket, socket: WebSocket, token: string | undefined): Promise<ApiContext> {
    const principal = token === undefined ? null : await this.#deps.access.authenticate(token);
    if (!principal) {
      void endSocket(socket, UNAUTHORIZED_CLOSE_CODE, "unauthorized");
      throw new TRPCError({ code: "UNAUTHORIZED", message: "unauthorized" });
    }
    this.#endWaiting(socket);
    this.#slots.recognise(connection);
    this.#deps.onKnown(connection);
    const forget = onEnded(principal, () => void endSocket(socket, UNAUTHORIZED_CLOSE_CODE, "token revoked"));
    socket.once("close", forget);
    return {
      parts: this.#deps.parts,
      principal,
      subscriptions: new Set(),
      bufferedBytes: () => socket.bufferedAmount,
      closeSocket: (reason) => void endSocket(socket, 1013, reason),
    };
  }
}

/** Closes a socket with a reason and resolves when it is closed; a socket that does not answer the close is terminated. */
async function endSocket(socket: WebSocket, code: number, reason: string): Promise<void> {
  if (socket.readyState === socket.CLOSED) return;
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), CLOSE_WAIT_MS);
  await closed;
  clearTimeout(timer);
}

function refuse(socket: Duplex, status: number): void {
  socket.end(toRawRefusal(status), () => socket.destroy());
}
