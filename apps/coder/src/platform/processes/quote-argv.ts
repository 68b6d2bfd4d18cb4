/** An argv as one line in which a reader sees where each word begins and ends, quoted as a POSIX shell would read it. For showing; nothing here runs it. */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w./:=@%+,~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
