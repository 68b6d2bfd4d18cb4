import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access } from "../../access/access.ts";
import type { Principal } from "../../access/principal.ts";
import type { Logger } from "../../platform/logger.ts";
import { discardBody } from "./read-body.ts";
import { decideGate, type GateRules } from "./gate.ts";

export type Admission = { kind: "admitted"; principal: Principal | null } | { kind: "socket" } | { kind: "refused"; status: number };

const LOG_EVERY_MS = 10_000;

/** Applies the gate's decision to requests and upgrades, before anything else handles them. */
export class RequestGuard {
  readonly #access: Access;
  readonly #rules: () => GateRules;
  readonly #logger: Logger;
  #refusals = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;

  constructor(access: Access, rules: () => GateRules, logger: Logger) {
    this.#access = access;
    this.#rules = rules;
    this.#logger = logger;
  }

  /** Decides on a request; looks up its token if the decision depends on it. */
  async admit(request: IncomingMessage, isUpgrade: boolean): Promise<Admission> {
    const headers = request.headers;
    const decision = decideGate(
      {
        method: request.method ?? "",
        url: request.url ?? "",
        host: request.headersDistinct["host"] ?? [],
        origin: headers.origin,
        authorization: headers.authorization,
        fetchSite: single(headers["sec-fetch-site"]),
        fetchMode: single(headers["sec-fetch-mode"]),
        isUpgrade,
      },
      this.#rules(),
    );
    switch (decision.kind) {
      case "refuse":
        return this.#refuse(decision.status);
      case "socket":
        return { kind: "socket" };
      case "pass":
        return { kind: "admitted", principal: null };
      case "authenticate":
      case "optional": {
        const principal = decision.token === null ? null : await this.#access.authenticate(decision.token);
        if (!principal && decision.kind === "authenticate") return this.#refuse(401);
        return { kind: "admitted", principal };
      }
    }
  }

  /** Counts a refusal and logs the count now and then: a caller that keeps trying must not fill the disk. */
  #refuse(status: number): Admission {
    this.#refusals++;
    const now = performance.now();
    if (now - this.#loggedAt > LOG_EVERY_MS) {
      this.#logger.warn({ status, refusals: this.#refusals }, "requests refused at the gate");
      this.#loggedAt = now;
      this.#refusals = 0;
    }
    return { kind: "refused", status };
  }
}

const UNAUTHORIZED = JSON.stringify({
  error: {
    message: "unauthorized",
    code: -32_001,
    data: { code: "UNAUTHORIZED", httpStatus: 401, fault: { kind: "unauthorized" } },
  },
});

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  421: "Misdirected Request",
  503: "Service Unavailable",
};

/** Answers a refused request. The body is constant, so that it reveals nothing about what was requested. */
export function answerRefusal(request: IncomingMessage, response: ServerResponse, status: number): void {
  const isUnauthorized = status === 401;
  const body = isUnauthorized ? UNAUTHORIZED : `${REASONS[status] ?? "Refused"}\n`;
  response.writeHead(status, {
    "content-type": isUnauthorized ? "application/json" : "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    connection: "close",
    ...(isUnauthorized ? { "www-authenticate": "Bearer" } : {}),
  });
  // The answer is complete at this point. The rest of the request is still read: a reset would make the client lose the answer.
  if (request.method === "HEAD") response.flushHeaders();
  else response.write(body);
  void discardBody(request).finally(() => response.end());
}

/** Builds the refusal of an upgrade, which has no response object yet. */
export function toRawRefusal(status: number): string {
  return `HTTP/1.1 ${status} ${REASONS[status] ?? "Refused"}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(",") : value;
}
