const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Formats a path on one line. Invisible characters are written as git writes them. */
export function showPath(path: string): string {
  return path.replaceAll(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (sign) => NAMED[sign] ?? `\\u{${sign.codePointAt(0)!.toString(16).padStart(4, "0")}}`,
  );
}
