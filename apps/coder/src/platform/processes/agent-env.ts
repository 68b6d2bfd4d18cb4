/** What every program needs to run, and nothing that says who a person is to some service. */
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
 * Reduces an environment to what an agent's process may inherit: an allow-list, so that a secret of any name stays out,
 * and so does what would change how a program loads (`NODE_OPTIONS`, `LD_*`) or which repository git works on (`GIT_*`).
 */
export function toAgentEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const allowed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || SECRET.test(name)) continue;
    if (ALLOWED.has(name) || ALLOWED_PREFIX.test(name)) allowed[name] = value;
  }
  return allowed;
}
