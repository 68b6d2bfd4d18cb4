import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Access } from "../../access/access.ts";
import type { Logger } from "../../platform/logger.ts";
import type { ApiParts } from "../api-context.ts";
import { isApiPath, toGateRules, toPlainPath, type GateRules } from "./gate.ts";
import type { Health } from "./health.ts";
import { Slots } from "./slots.ts";
import { answerRefusal, RequestGuard } from "./request-guard.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { answerError } from "./answer.ts";
import { ApiServer, MAX_BATCH, MAX_BODY_BYTES } from "./serve-api.ts";
import { PageServer } from "./serve-page.ts";
import { SocketServer, type SocketLimits } from "./socket-server.ts";

const MAX_HEADER_BYTES = 32 * 1024;
/** How often Node checks connections for expired limits. Its default of 30 s would extend each limit by up to that long. */
const LOOK_EVERY_MS = 1_000;

/** The limits for plain connections, whatever they are used for. */
export interface ConnectionLimits {
  max: number;
  /** How long the headers of a request may take, counted from the first byte or, before it, from the connection. */
  headersWithinMs: number;
}

const CONNECTION_LIMITS: ConnectionLimits = { max: 512, headersWithinMs: 10_000 };

const SOCKET_LIMITS: SocketLimits = {
  authenticateWithinMs: 5_000,
  maxUnauthenticated: 32,
  maxSockets: 256,
  maxPayloadBytes: MAX_BODY_BYTES,
  maxBatchSize: MAX_BATCH,
  pingMs: 15_000,
  pongWaitMs: 5_000,
};

export interface ServerDeps {
  host: string;
  /** The port; 0 picks a free one. */
  port: number;
  allowedHosts: readonly string[];
  /** The folder of the built page. */
  webDir: string;
  parts: ApiParts;
  access: Access;
  health: Health;
  logger: Logger;
  socketLimits?: Partial<SocketLimits>;
  connectionLimits?: Partial<ConnectionLimits>;
}

export interface Server {
  /** The address with the actual port, such as `http://127.0.0.1:9502`. */
  readonly address: string;
  /** Closes sockets and ends open responses. Idempotent. */
  close(): Promise<void>;
}

/** Listens, and serves the page and the API behind the gate. Rejects with Node's own error if the port cannot be opened. */
export async function startServer(deps: ServerDeps): Promise<Server> {
  const { access, parts, health, logger } = deps;
  let rules: GateRules = { hosts: new Set(), origins: new Set() };
  const guard = new RequestGuard(access, () => rules, logger);
  const { max, headersWithinMs } = { ...CONNECTION_LIMITS, ...deps.connectionLimits };
  const connections = new Slots<Socket>({ max, maxUnknown: max }, (socket) => socket.destroy());
  const limits = { ...SOCKET_LIMITS, ...deps.socketLimits };
  const sockets = new SocketServer({ parts, access, guard, logger, limits, onKnown: (socket) => connections.recognise(socket) });
  const api = new ApiServer({ parts, health, logger });
  const page = new PageServer(deps.webDir);

  // The gate is in the only listener, so no route can bypass it.
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const admission = await guard.admit(request, false);
    setSecurityHeaders(response, admission.kind === "admitted" ? (request.headers.host ?? null) : null);
    if (admission.kind === "admitted" && admission.principal) connections.recognise(request.socket);
    const path = toPlainPath(request.url ?? "");
    if (admission.kind !== "admitted" || path === null)
      return answerRefusal(request, response, admission.kind === "refused" ? admission.status : 400);
    await (isApiPath(path) ? api.serve(request, response, path, admission.principal) : page.serve(request, response, path));
  };
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: headersWithinMs,
      requestTimeout: 60_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: LOOK_EVERY_MS,
    },
    (request, response) => {
      serve(request, response).catch((error: unknown) => {
        // A client that has disconnected needs no answer, and its disconnect is not worth logging.
        if (request.destroyed || response.destroyed) return;
        logger.error({ err: error }, "a request failed unexpectedly");
        if (response.headersSent) response.destroy();
        else answerError(response, 500, "INTERNAL_SERVER_ERROR", -32_603);
      });
    },
  );
  server.on("connection", (socket: Socket) => {
    if (!connections.take(socket)) return socket.destroy();
    socket.once("close", () => connections.leave(socket));
  });
  server.on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
  server.listen(deps.port, deps.host);
  await once(server, "listening");

  server.on("error", (error) => logger.error({ err: error }, "the server has trouble listening"));
  const { port } = server.address() as AddressInfo;
  const urlHost = toUrlHost(deps.host);
  rules = toGateRules(port, [...deps.allowedHosts, ...(OWN_HOSTS.has(urlHost) ? [] : [urlHost])]);
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    await sockets.close();
    server.closeAllConnections();
    await closed;
  };
  let closing: Promise<void> | null = null;
  return { address: `http://${urlHost}:${port}`, close: () => (closing ??= close()) };
}

const OWN_HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Returns the host name to use in a URL: a server that listens on every address is reached through loopback. */
function toUrlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
