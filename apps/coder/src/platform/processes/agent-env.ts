/** Variables that programs need to run. None of them holds credentials. */
const ALLOWED = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TERM",
  "COLORTERM",
  "TMPDIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "all_proxy",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
]);
const ALLOWED_PREFIX = /^(?:LC|XDG)_[A-Z_]+$/;
const SECRET = /(?:TOKEN|KEY|SECRET|PASSWORD)$/;

/**
 * Reduces an environment to what an agent's process may inherit. It is an allow-list, so it excludes secrets of any name, variables that
 * change how a program loads (`NODE_OPTIONS`, `LD_*`) and variables that change which repository git uses (`GIT_*`).
 */
export function toAgentEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const allowed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || SECRET.test(name)) continue;
    if (ALLOWED.has(name) || ALLOWED_PREFIX.test(name)) allowed[name] = value;
  }
  return allowed;
}
