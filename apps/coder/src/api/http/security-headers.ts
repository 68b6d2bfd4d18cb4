import type { ServerResponse } from "node:http";

/**
 * Sets the headers that every response carries. `host` is the request's host, already accepted as ours, or null before that is known.
 *
 * Inline styles are allowed, because the libraries that draw diffs and menus set them; inline scripts never are.
 */
export function setSecurityHeaders(response: ServerResponse, host: string | null): void {
  const sockets = host === null ? "" : ` ws://${host} wss://${host}`;
  response.setHeader(
    "Content-Security-Policy",
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      `connect-src 'self'${sockets}`,
      "worker-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  );
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("X-Frame-Options", "DENY");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
}
