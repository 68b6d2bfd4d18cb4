/** Names of files that hold secrets or settings which nothing can make again. */
const PRECIOUS = [
  /^\.env/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|gpg|asc|ovpn|mobileprovision)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?(\.pub)?$/,
  /^\.(npmrc|netrc|pypirc|pgpass|htpasswd|dev\.vars)$/,
  /^(credentials|secrets?|service-account)[^/]*\.(json|ya?ml|toml|ini|env|txt)$/,
  /\.tf(vars|state)(\.json|\.backup)?$/,
];

/**
 * Folders whose content a program downloads or makes again, so that test keys and settings in them are nobody's: what is ignored in them is
 * not looked at file by file.
 */
const REMADE = new Set([
  "node_modules",
  "bower_components",
  ".pnpm-store",
  ".yarn",
  ".venv",
  "venv",
  "__pycache__",
  ".tox",
  ".nox",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".gradle",
  ".cache",
  ".next",
  ".nuxt",
  ".turbo",
  ".parcel-cache",
  ".terraform",
]);

/** Whether an ignored file of this name is work that cannot be made again: `.env*`, keys, credentials. */
export function isPrecious(name: string): boolean {
  const lower = name.toLowerCase();
  return PRECIOUS.some((pattern) => pattern.test(lower));
}

/** Whether a program makes the content of a folder of this name again. */
export function isRemade(name: string): boolean {
  return REMADE.has(name);
}
