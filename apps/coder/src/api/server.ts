import { createServer, type IncomingMessage, type Server as NodeServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fastifyRequestHandler } from "@trpc/server/adapters/fastify";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Access } from "../access/access.ts";
import type { Logger } from "../platform/logger.ts";
import type { ApiContext, ApiParts } from "./api-context.ts";
import { appRouter } from "./app-router.ts";
import { toGateRules, type GateRules } from "./gate.ts";
import type { Health } from "./health.ts";
import { LiveConnections } from "./live-connections.ts";
import { logUnexpected } from "./log-unexpected.ts";
import { answerRefusal, RequestGuard } from "./request-guard.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { servePage } from "./serve-page.ts";
import { SocketServer, type SocketLimits } from "./socket-server.ts";

export const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_BATCH = 20;
const MAX_HEADER_BYTES = 32 * 1024;
const MAX_CONNECTIONS = 512;

const SOCKET_LIMITS: SocketLimits = {
  authenticateWithinMs: 5_000,
  maxUnauthenticated: 32,
  maxSockets: 256,
  maxPayloadBytes: MAX_BODY_BYTES,
  maxBatchSize: MAX_BATCH,
};

export interface ServerDeps {
  host: string;
  /** 0 picks a free one. */
  port: number;
  allowedHosts: readonly string[];
  /** Where the built page lies. */
  webDir: string;
  parts: ApiParts;
  access: Access;
  health: Health;
  logger: Logger;
  socketLimits?: Partial<SocketLimits>;
}

export interface Server {
  /** `http://127.0.0.1:9502`, with the port it got. */
  readonly address: string;
  /** Ends sockets and open answers. Idempotent. */
  close(): Promise<void>;
}

/** Listens, and serves the page and the API behind the gate. Rejects with Node's own error where the port cannot be had. */
export async function startServer(deps: ServerDeps): Promise<Server> {
  let rules: GateRules = { hosts: new Set(), origins: new Set() };
  const guard = new RequestGuard(deps.access, () => rules, deps.logger);
  const connections = new LiveConnections();
  const sockets = new SocketServer({ ...deps, guard, connections, limits: { ...SOCKET_LIMITS, ...deps.socketLimits } });
  const stopListening = deps.access.onRevoked((tokenId) => connections.endAll(tokenId));
  const fastify = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    // A batch names its procedures in the path.
    routerOptions: { maxParamLength: 4_096 },
    serverFactory: (route) => createGatedServer(guard, sockets, deps.logger, (request, response) => route(request, response)),
  });
  serveApi(fastify, deps, guard, connections);
  await servePage(fastify, deps.webDir);
  await fastify.listen({ host: deps.host, port: deps.port });
  const { port } = fastify.server.address() as AddressInfo;
  const urlHost = toUrlHost(deps.host);
  rules = toGateRules(port, [...deps.allowedHosts, ...(OWN_HOSTS.has(urlHost) ? [] : [urlHost])]);
  let closing: Promise<void> | null = null;
  return {
    address: `http://${urlHost}:${port}`,
    close: () => {
      closing ??= (async () => {
        stopListening();
        await sockets.close();
        await fastify.close();
      })();
      return closing;
    },
  };
}

type Route = (request: IncomingMessage, response: ServerResponse) => void;

/** The gate stands in the server itself, so that there is no route it could be forgotten on. */
function createGatedServer(guard: RequestGuard, sockets: SocketServer, logger: Logger, route: Route): NodeServer {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 60_000, headersTimeout: 10_000 }, (request, response) => {
    void pass(request, response).catch((error: unknown) => {
      logger.error({ err: error }, "the gate failed");
      answerRefusal(response, 503);
    });
  });
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const admission = await guard.admit(request, false);
    setSecurityHeaders(response, admission.kind === "admitted" ? (request.headers.host ?? null) : null);
    if (admission.kind === "admitted") route(request, response);
    else answerRefusal(response, admission.kind === "refused" ? admission.status : 400);
  };
  server.maxConnections = MAX_CONNECTIONS;
  server.on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
  return server;
}

function serveApi(fastify: FastifyInstance, deps: ServerDeps, guard: RequestGuard, connections: LiveConnections): void {
  fastify.removeAllContentTypeParsers();
  // The body stays text: tRPC parses it, and answers for what is no JSON.
  fastify.addContentTypeParser("application/json", { parseAs: "string" }, (_, body, done) => done(null, body));
  fastify.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => answerError(error, request, reply, deps.logger));
  fastify.get("/api/health", async (request, reply) => {
    const principal = guard.principalOf(request.raw);
    return reply.header("cache-control", "no-store").send(principal ? await deps.health.full() : await deps.health.short());
  });
  fastify.all("/trpc/:path", async (request: FastifyRequest<{ Params: { path: string } }>, reply: FastifyReply) => {
    reply.header("cache-control", "no-store");
    await fastifyRequestHandler({
      router: appRouter,
      req: request,
      res: reply,
      path: request.params.path,
      maxBatchSize: MAX_BATCH,
      maxBodySize: MAX_BODY_BYTES,
      createContext: () => toContext(deps, guard, connections, request, reply),
      onError: ({ error, path, type }) => logUnexpected(deps.logger, error, { path, type }),
    });
  });
}

function toContext(
  deps: ServerDeps,
  guard: RequestGuard,
  connections: LiveConnections,
  request: FastifyRequest,
  reply: FastifyReply,
): ApiContext {
  const principal = guard.principalOf(request.raw);
  // The gate admits nothing here without a token; a way past it must not become a way in.
  if (!principal) throw new Error("a call without a principal");
  if (request.headers.accept?.includes("text/event-stream")) {
    reply.raw.once(
      "close",
      connections.add(principal, () => reply.raw.destroy()),
    );
  }
  return { parts: deps.parts, principal, bufferedBytes: () => 0, closeSocket: () => {} };
}

/** Errors before a procedure runs, in the same shape as those after. */
function answerError(error: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply, logger: Logger): FastifyReply {
  const status = error.statusCode ?? 500;
  reply.header("cache-control", "no-store");
  if (status === 413) {
    const fault = { kind: "body_too_large", maxBytes: MAX_BODY_BYTES };
    return reply
      .code(413)
      .send({ error: { message: fault.kind, code: -32_013, data: { code: "PAYLOAD_TOO_LARGE", httpStatus: 413, fault } } });
  }
  if (status >= 500) logger.error({ err: error, route: request.routeOptions.url }, "a request failed unexpectedly");
  const code = status >= 500 ? "INTERNAL_SERVER_ERROR" : status === 415 ? "UNSUPPORTED_MEDIA_TYPE" : "BAD_REQUEST";
  return reply
    .code(status)
    .send({ error: { message: code, code: status >= 500 ? -32_603 : -32_600, data: { code, httpStatus: status, fault: null } } });
}

const OWN_HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** How a person here reaches what listens there: every address is reached by the loopback one. */
function toUrlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
