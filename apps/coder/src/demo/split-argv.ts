/** Syntax only a shell understands: pipes, redirections, lists, substitutions. */
const NEEDS_SHELL = /[|&;<>`]|\$\(|\$\{|\$\w/;

/**
 * Splits a command typed by a person into an argv: words, single and double quotes, backslashes.
 *
 * A command that needs a shell becomes an explicit `bash -c`, so that the argv shown is the one that runs. Returns null if a quote is not
 * closed or the command is empty.
 */
export function splitArgv(command: string): string[] | null {
  const argv: string[] = [];
  let word: string | null = null;
  let quote: "'" | '"' | null = null;
  let unquoted = "";
  for (let at = 0; at < command.length; at += 1) {
    const char = command[at]!;
    if (quote) {
      if (char === quote) quote = null;
      else if (char === "\\" && quote === '"' && /["\\]/.test(command[at + 1] ?? "")) word += command[(at += 1)]!;
      else word += char;
      continue;
    }
    if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== null) argv.push(word);
      word = null;
    } else if (char === "\\" && at + 1 < command.length) {
      word = (word ?? "") + command[(at += 1)]!;
    } else {
      word = (word ?? "") + char;
      unquoted += char;
    }
  }
  if (quote) return null;
  if (word !== null) argv.push(word);
  if (argv.length === 0) return null;
  return NEEDS_SHELL.test(unquoted) ? ["bash", "-c", command.trim()] : argv;
}
