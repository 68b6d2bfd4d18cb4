/** What the gate looks at: nothing of it is trusted, and all of it is known before any routing. */
export interface GateRequest {
  method: string;
  /** As sent on the request line. */
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
  /** Values of Host that are us, with their port where it is not the scheme's own; lower case. */
  hosts: ReadonlySet<string>;
  /** Origins of our own page, exactly as browsers send them. */
  origins: ReadonlySet<string>;
}

/**
 * `refuse` ends the request with a constant answer. `pass` needs no token. `authenticate` goes on only with a good token;
 * `optional` is the health check, which says less without one. `socket` authenticates in its first message.
 */
export type GateDecision =
  | { kind: "refuse"; status: 400 | 401 | 403 | 404 | 405 | 421 }
  | { kind: "pass" }
  | { kind: "authenticate"; token: string }
  | { kind: "optional"; token: string | null }
  | { kind: "socket" };

const METHODS = new Set(["GET", "HEAD", "POST"]);

/** Decides on a request before anything else sees it, in one order for all: host, method, path, origin, token. */
export function decideGate(request: GateRequest, rules: GateRules): GateDecision {
  // Two Host headers are a smuggling attempt, and none is not a browser.
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

/** Which hosts and origins are ours, once the port is known. A further host without a port is meant with ours, too. */
export function toGateRules(port: number, allowedHosts: readonly string[]): GateRules {
  const own = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${port}`);
  const further = allowedHosts.flatMap((host) => (/:\d+$/.test(host) ? [host] : [host, `${host}:${port}`]));
  return {
    hosts: new Set([...own, ...further]),
    // A further host may stand behind a proxy that speaks TLS.
    origins: new Set([...own.map((host) => `http://${host}`), ...further.flatMap((host) => [`http://${host}`, `https://${host}`])]),
  };
}

/** The path as the router will understand it, or null where that could be understood in two ways. */
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

/** Whether a path belongs to the API, in whatever case it is written. */
export function isApiPath(path: string): boolean {
  return isUnder(path, "/trpc") || isUnder(path, "/api");
}

function isUnder(path: string, root: string): boolean {
  const lower = path.toLowerCase();
  return lower === root || lower.startsWith(`${root}/`);
}

/** Browsers say where a request comes from. Following a link to our page is fine; anything else from elsewhere is not. */
function isAllowedSite(request: GateRequest, isApi: boolean): boolean {
  if (request.fetchSite === undefined || request.fetchSite === "same-origin" || request.fetchSite === "none") return true;
  return !isApi && !request.isUpgrade && request.method === "GET" && request.fetchMode === "navigate";
}

function readBearer(authorization: string | undefined): string | null {
  return authorization?.match(/^Bearer +([\x21-\x7e]{1,1024})$/i)?.[1] ?? null;
}
