import { stripVTControlCharacters } from "node:util";
import type { VersionAnswer } from "@boocode/shared/agents/learning/decide-opencode-version";
import { runProcess } from "../../../platform/processes/process.ts";

export interface ReadVersionInput {
  /** The program and the arguments before `--version`. */
  command: readonly string[];
  /** A folder with no project files. */
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** How long the program may take. */
  limitMs: number;
}

const MAX_OUTPUT_BYTES = 16 * 1024;

/**
 * Asks a program for its version. It is kept away from the person's database, should it open one. Rejects with the system's error if the
 * program could not be started.
 */
export async function readVersion({ command, cwd, env, limitMs }: ReadVersionInput): Promise<VersionAnswer> {
  const [file = "opencode", ...before] = command;
  const { exitCode, signal, stdout, stderr, timedOut } = await runProcess({
    file,
    argv: [...before, "--version"],
    cwd,
    env: { ...env, OPENCODE_DB: ":memory:", OPENCODE_DISABLE_AUTOUPDATE: "1" },
    timeoutMs: limitMs,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (timedOut) return { kind: "silent", afterMs: limitMs };
  if (exitCode !== 0) return { kind: "failed", how: signal ?? `exit code ${exitCode}` };
  return { kind: "said", text: stripVTControlCharacters(`${stdout.toString("utf8")}\n${stderr.toString("utf8")}`) };
}
