import { z } from "zod";
import { newId } from "../platform/new-id.ts";
import type { Logger } from "../platform/logger.ts";
import { runProcess } from "../platform/processes/process.ts";
import { toLoginVariables } from "./terminal-environment.ts";

export interface LoginEnvironmentDeps {
  /** The person's login shell. */
  shell: string;
  env: Readonly<Record<string, string>>;
  home: string;
  logger: Logger;
  limitMs?: number;
}

const LIMIT_MS = 10_000;
const Variables = z.record(z.string(), z.string());

/**
 * What the person's login shell sets, read once and in the background. Whoever needs it takes what is known, and waits for nothing: a
 * shell that asks something or never ends costs nobody anything.
 */
export class LoginEnvironment {
  readonly #deps: LoginEnvironmentDeps;
  readonly #closing = new AbortController();
  #reading: Promise<void> | null = null;
  #found: Record<string, string> | null = null;

  constructor(deps: LoginEnvironmentDeps) {
    this.#deps = deps;
  }

  /** The variables; null if they are not read yet, or cannot be. */
  get variables(): Readonly<Record<string, string>> | null {
    return this.#found;
  }

  /** Begins to read it, once. Resolves when it is read, or given up. Never rejects. */
  read(): Promise<void> {
    this.#reading ??= this.#read().catch((error: unknown) => {
      this.#deps.logger.warn({ err: error }, "The login shell does not tell its environment");
    });
    return this.#reading;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#reading;
  }

  async #read(): Promise<void> {
    const { shell, env, home, limitMs = LIMIT_MS } = this.#deps;
    // What a profile prints stands around it.
    const mark = newId("env", 0);
    const script = `'${process.execPath.replaceAll("'", "'\\''")}' -p '"${mark}" + JSON.stringify(process["env"]) + "${mark}"'`;
    const { stdout, exitCode, timedOut } = await runProcess({
      file: shell,
      argv: ["-l", "-i", "-c", script],
      cwd: home,
      env,
      timeoutMs: limitMs,
      maxOutputBytes: 1024 * 1024,
      signal: this.#closing.signal,
      graceMs: 200,
    });
    if (this.#closing.signal.aborted) return;
    const [, found] = stdout.toString("utf8").split(mark);
    if (found === undefined) throw new Error(timedOut ? "it did not end in time" : `it ended with ${exitCode}`);
    this.#found = toLoginVariables(Variables.parse(JSON.parse(found)));
  }
}
