/** The gate's input. None of it is trusted, and all of it is known before routing. */
export interface GateRequest {
  method: string;
  /** The URL as sent on the request line. */
  url: string;
  /** Every Host header that was sent. */
  host: readonly string[];
  origin: string | undefined;
  authorization: string | undefined;
  fetchSite: string | undefined;
  fetchMode: string | undefined;
  isUpgrade: boolean;
}

export interface GateRules {
  /** The values of Host that name this server, in lower case, with their port unless it is the scheme's default. */
  hosts: ReadonlySet<string>;
  /** The origins of our own page, exactly as browsers send them. */
  origins: ReadonlySet<string>;
}

/**
 * `refuse` ends the request with a constant answer. `pass` needs no token. `authenticate` needs a valid token. `optional` is the health
 * check, which reports less without one. `socket` authenticates in its first message.
 */
export type GateDecision =
  | { kind: "refuse"; status: 400 | 401 | 403 | 404 | 405 | 421 }
  | { kind: "pass" }
  | { kind: "authenticate"; token: string }
  | { kind: "optional"; token: string | null }
  | { kind: "socket" };

const METHODS = new Set(["GET", "HEAD", "POST"]);

/** Decides on a request before anything else handles it, always in the same order: host, method, path, origin, token. */
export function decideGate(request: GateRequest, rules: GateRules): GateDecision {
  // Two Host headers are a smuggling attempt, and a browser always sends one.
  const host = request.host.length === 1 ? request.host[0]!.toLowerCase().replace(/\.(?=$|:\d+$)/, "") : null;
  if (host === null || !rules.hosts.has(host)) return { kind: "refuse", status: 421 };
  if (!METHODS.has(request.method)) return { kind: "refuse", status: 405 };
  const path = toPlainPath(request.url);
  if (path === null) return { kind: "refuse", status: 400 };
  const isApi = isApiPath(path);
  if (request.origin !== undefined && !rules.origins.has(request.origin)) return { kind: "refuse", status: 403 };
  if (!isAllowedSite(request, isApi)) return { kind: "refuse", status: 403 };
  if (request.isUpgrade) return path === "/trpc" ? { kind: "socket" } : { kind: "refuse", status: 404 };
  const token = readBearer(request.authorization);
  if (path === "/api/health") return { kind: "optional", token };
  if (!isApi) return request.method === "POST" ? { kind: "refuse", status: 405 } : { kind: "pass" };
  return token === null ? { kind: "refuse", status: 401 } : { kind: "authenticate", token };
}

/** Computes the allowed hosts and origins once the port is known. An additional host without a port is also allowed with our port. */
export function toGateRules(port: number, allowedHosts: readonly string[]): GateRules {
  const own = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${port}`);
  const further = allowedHosts.flatMap((host) => (/:\d+$/.test(host) ? [host] : [host, `${host}:${port}`]));
  return {
    hosts: new Set([...own, ...further]),
    // An additional host may be behind a proxy that terminates TLS.
    origins: new Set([...own.map((host) => `http://${host}`), ...further.flatMap((host) => [`http://${host}`, `https://${host}`])]),
  };
}

/** Returns the path as the router will understand it, or null if it is ambiguous. */
export function toPlainPath(url: string): string | null {
  if (!url.startsWith("/") || url.startsWith("//")) return null;
  const raw = url.split(/[?#]/, 1)[0]!;
  try {
    const path = decodeURIComponent(raw);
    // eslint-disable-next-line no-control-regex -- a control character has no business in a path of ours
    if (/[\u0000-\u001f\\]|\/\/|%|(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) return null;
    return path;
  } catch {
    return null;
  }
}

/** Returns whether a path belongs to the API, ignoring case. */
export function isApiPath(path: string): boolean {
  return isUnder(path, "/trpc") || isUnder(path, "/api");
}

function isUnder(path: string, root: string): boolean {
  const lower = path.toLowerCase();
  return lower === root || lower.startsWith(`${root}/`);
}

/**
 * Checks the request's Sec-Fetch headers, in which browsers state its origin. A link from another site to our page is allowed; any other
 * cross-site request is not.
 */
function isAllowedSite(request: GateRequest, isApi: boolean): boolean {
  if (request.fetchSite === undefined || request.fetchSite === "same-origin" || request.fetchSite === "none") return true;
  return !isApi && !request.isUpgrade && request.method === "GET" && request.fetchMode === "navigate";
}

function readBearer(authorization: string | undefined): string | null {
  return authorization?.match(/^Bearer +([\x21-\x7e]{1,1024})$/i)?.[1] ?? null;
}
