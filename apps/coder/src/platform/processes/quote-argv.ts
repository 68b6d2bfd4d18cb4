/** Formats an argv as one line with POSIX shell quoting, so that each word's boundaries are visible. For display only; never executed. */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w./:=@%+,~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
