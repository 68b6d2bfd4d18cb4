/**
 * Runs as a program in a terminal: `run-steps-main <steps>` shows and runs each argv of the JSON list, one after the other, until one fails,
 * and ends as that one did. What they ask, the person in front of the terminal answers.
 */
import { spawnSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { constants } from "node:os";
import { quoteArgv } from "../quote-argv.ts";

/** The most of a command that is shown. */
const MAX_SHOWN = 600;

const steps = JSON.parse(process.argv[2] ?? "[]") as string[][];
// Ctrl+C is for the program that runs.
for (const signal of ["SIGINT", "SIGQUIT", "SIGTSTP"] as const) process.on(signal, () => {});
const env = { ...process["env"] };
// Without it, the program that asks for the passphrase of a signing key does not find the terminal.
env["GPG_TTY"] ??= findTerminal();

for (const [file = "", ...argv] of steps) {
  const shown = quoteArgv([file, ...argv]).replaceAll(/[^\n\t\P{Cc}]/gu, "\u{fffd}");
  process.stdout.write(
    `\x1b[2m$ ${(shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown).replaceAll("\n", "\r\n")}\x1b[0m\r\n`,
  );
  const { status, signal, error } = spawnSync(file, argv, { stdio: "inherit", env });
  if (error) process.stdout.write(`${file} could not be started: ${(error as NodeJS.ErrnoException).code ?? error.message}\r\n`);
  const code = error ? 127 : signal ? 128 + constants.signals[signal] : (status ?? 1);
  if (code !== 0) process.exit(code);
}

/** The path of the terminal, where the system tells it. */
function findTerminal(): string | undefined {
  try {
    return readlinkSync("/proc/self/fd/0");
  } catch {
    return undefined;
  }
}
