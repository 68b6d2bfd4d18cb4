import type { IncomingMessage, ServerResponse } from "node:http";
import { PLACE_HEADER } from "@boocode/shared/workspace/workspace-event";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import { onEnded, type Principal } from "../../access/principal.ts";
import type { Logger } from "../../platform/logger.ts";
import type { ApiParts } from "../api-context.ts";
import { appRouter } from "../app-router.ts";
import type { Health } from "./health.ts";
import { BlobServer } from "./serve-blobs.ts";
import { logUnexpected } from "./log-unexpected.ts";
import { answerError, answerJson } from "./answer.ts";
import { readBody } from "./read-body.ts";

/** The maximum number of calls in one batch. */
export const MAX_BATCH = 20;
/** The maximum size of one request or one socket message. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

export interface ApiServerDeps {
  parts: ApiParts;
  health: Health;
  logger: Logger;
}

/** The HTTP side of the API: procedures under `/trpc`, attached files, and the health check. */
export class ApiServer {
  readonly #deps: ApiServerDeps;
  readonly #blobs: BlobServer;

  constructor(deps: ApiServerDeps) {
    this.#deps = deps;
    this.#blobs = new BlobServer(deps.parts.blobs);
  }

  /** Answers a request for the API. `principal` is null only if the gate lets a request pass without a token. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string, principal: Principal | null): Promise<void> {
    response.setHeader("Cache-Control", "no-store");
    if (path === "/api/health") {
      const { health } = this.#deps;
      return answerJson(response, 200, principal ? await health.full() : await health.short());
    }
    const procedure = /^\/trpc\/([^/]+)$/.exec(path)?.[1];
    const isBlobPath = /^\/api\/blobs(?:\/[^/]+)?$/.test(path);
    if (procedure === undefined && !isBlobPath) return answerError(response, 404, "NOT_FOUND", -32_004);
    // The gate admits no request here without a token; checking again keeps a bypassed gate from granting access.
    if (!principal) return answerError(response, 401, "UNAUTHORIZED", -32_001, { kind: "unauthorized" });
    if (isBlobPath) return this.#blobs.serve(request, response, path, principal);
    await this.#call(request, response, procedure ?? "", principal);
  }

  async #call(request: IncomingMessage, response: ServerResponse, path: string, principal: Principal): Promise<void> {
    const { parts, logger } = this.#deps;
    const called: IncomingMessage & { body?: string } = request;
    if (request.method === "POST") {
      // Any site can send a form or plain text without a CORS preflight; JSON needs one.
      if (!/^application\/json\s*(?:;|$)/i.test(request.headers["content-type"] ?? "")) {
        return answerError(response, 415, "UNSUPPORTED_MEDIA_TYPE", -32_015);
      }
      const body = await readBody(request, MAX_BODY_BYTES);
      if (body === null) {
        return answerError(response, 413, "PAYLOAD_TOO_LARGE", -32_013, { kind: "body_too_large", maxBytes: MAX_BODY_BYTES });
      }
      called.body = body;
    }
    // Set before anything is read: later changes are announced after this place.
    response.setHeader(PLACE_HEADER, parts.events.place);
    // A response may take any length of time: a subscription over HTTP, or a batch with a slow call.
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
