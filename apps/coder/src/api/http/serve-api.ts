import type { IncomingMessage, ServerResponse } from "node:http";
import { PLACE_HEADER } from "@boocode/shared/workspace/workspace-event";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import { onEnded, type Principal } from "../../access/principal.ts";
import type { Logger } from "../../platform/logger.ts";
import type { ApiParts } from "../api-context.ts";
import { appRouter } from "../app-router.ts";
import type { Health } from "./health.ts";
import { logUnexpected } from "./log-unexpected.ts";
import { readBody } from "./read-body.ts";

/** Calls in one batch. */
export const MAX_BATCH = 20;
/** Of one request, or of one message on a socket. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

export interface ApiServerDeps {
  parts: ApiParts;
  health: Health;
  logger: Logger;
}

/** The API over plain requests: procedures under `/trpc`, and the health check. */
export class ApiServer {
  readonly #deps: ApiServerDeps;

  constructor(deps: ApiServerDeps) {
    this.#deps = deps;
  }

  /** Answers a request for the API. `principal` is null only where the gate lets one pass without a token. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string, principal: Principal | null): Promise<void> {
    response.setHeader("Cache-Control", "no-store");
    if (path === "/api/health") {
      const { health } = this.#deps;
      return answerJson(response, 200, principal ? await health.full() : await health.short());
    }
    const procedure = /^\/trpc\/([^/]+)$/.exec(path)?.[1];
    if (procedure === undefined) return answerError(response, 404, "NOT_FOUND", -32_004);
    // The gate admits nothing here without a token; a way past it must not become a way in.
    if (!principal) return answerError(response, 401, "UNAUTHORIZED", -32_001, { kind: "unauthorized" });
    await this.#call(request, response, procedure, principal);
  }

  async #call(request: IncomingMessage, response: ServerResponse, path: string, principal: Principal): Promise<void> {
    const { parts, logger } = this.#deps;
    const called: IncomingMessage & { body?: string } = request;
    if (request.method === "POST") {
      // A form or a text can be sent by any page without asking first; JSON cannot.
      if (!/^application\/json\s*(?:;|$)/i.test(request.headers["content-type"] ?? "")) {
        return answerError(response, 415, "UNSUPPORTED_MEDIA_TYPE", -32_015);
      }
      const body = await readBody(request, MAX_BODY_BYTES);
      if (body === null) {
        return answerError(response, 413, "PAYLOAD_TOO_LARGE", -32_013, { kind: "body_too_large", maxBytes: MAX_BODY_BYTES });
      }
      called.body = body;
    }
    // Before anything is read: what changes from now on is told after this place.
    response.setHeader(PLACE_HEADER, parts.events.place);
    // An answer may go on for as long as it likes: a subscription over HTTP, or a batch with a slow call in it.
    response.once(
      "close",
      onEnded(principal, () => response.destroy()),
    );
    await nodeHTTPRequestHandler({
      router: appRouter,
      req: called,
      res: response,
      path,
      maxBatchSize: MAX_BATCH,
      createContext: () =>
        Promise.resolve({
          parts,
          principal,
          subscriptions: new Set<object>(),
          bufferedBytes: () => response.writableLength,
          closeSocket: () => response.destroy(),
        }),
      onError: ({ error, path: procedure, type }) => logUnexpected(logger, error, { path: procedure, type }),
    });
  }
}

/** An error before any procedure runs, in the shape of those after. The numbers are tRPC's. */
export function answerError(response: ServerResponse, status: number, code: string, number: number, fault: object | null = null): void {
  const message = fault && "kind" in fault ? String(fault.kind) : code;
  answerJson(response, status, { error: { message, code: number, data: { code, httpStatus: status, fault } } });
}

function answerJson(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": body.byteLength }).end(body);
}
