const CENSOR = "[redacted]";

/** Patterns of secrets as they appear in error texts, headers and addresses. */
const PATTERNS: readonly [RegExp, string][] = [
  [/\bbc[bd]_[\w-]{20,}/g, CENSOR],
  [/\bBearer\s+[\w.~+/=-]{6,}/gi, `Bearer ${CENSOR}`],
  [/\b(?:sk|pk|rk)-[\w-]{12,}/g, CENSOR],
  [/\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,})/g, CENSOR],
  [/\bAKIA[0-9A-Z]{16}\b/g, CENSOR],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, CENSOR],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g, CENSOR],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"'\\]+@/gi, `$1${CENSOR}@`],
  [/([#?&](?:token|key|api_key|access_token)=)[^\s&"'\\]+/gi, `$1${CENSOR}`],
];

/** Removes secrets from a text that leaves the daemon: first the known values, then anything that looks like a secret. */
export function redactSecrets(text: string, known: readonly string[]): string {
  let result = text;
  for (const secret of known) {
    // Redacting shorter secrets would censor ordinary words.
    if (secret.length >= 6) result = result.replaceAll(secret, CENSOR);
  }
  for (const [pattern, replacement] of PATTERNS) result = result.replace(pattern, replacement);
  return result;
}
