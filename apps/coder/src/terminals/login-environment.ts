import { z } from "zod";
import { newId } from "../platform/new-id.ts";
import type { Logger } from "../platform/logger.ts";
import { runProcess } from "../platform/processes/process.ts";
import type { Time } from "../platform/time.ts";
import { toLoginVariables } from "./terminal-environment.ts";

export interface LoginEnvironmentDeps {
  /** The person's login shell. */
  shell: string;
  env: Readonly<Record<string, string>>;
  home: string;
  time: Pick<Time, "elapsedMs">;
  logger: Logger;
  limitMs?: number;
}

const LIMIT_MS = 10_000;
/** How long a shell that did not tell its environment is left alone: one that hangs must not cost each who asks the whole limit. */
const RETRY_AFTER_MS = 60_000;
const Variables = z.record(z.string(), z.string());

/**
 * What the person's login shell sets, read in the background until it is known. Whoever cannot wait takes what is known: a shell that asks
 * something or never ends costs them nothing.
 */
export class LoginEnvironment {
  readonly #deps: LoginEnvironmentDeps;
  readonly #closing = new AbortController();
  #reading: Promise<void> | null = null;
  #found: Record<string, string> | null = null;
  #failedAtMs = -Infinity;

  constructor(deps: LoginEnvironmentDeps) {
    this.#deps = deps;
  }

  /** The variables; null if they are not read yet, or cannot be. */
  get variables(): Readonly<Record<string, string>> | null {
    return this.#found;
  }

  /**
   * Reads it, unless it is known; all who ask meanwhile share one read. Resolves when it is read, or given up: then it is read anew for
   * whoever asks a minute later. Never rejects.
   */
  read(): Promise<void> {
    const { time, logger } = this.#deps;
    const isFresh = time.elapsedMs() - this.#failedAtMs < RETRY_AFTER_MS;
    if (this.#found !== null || isFresh || this.#closing.signal.aborted) return Promise.resolve();
    this.#reading ??= this.#read()
      .catch((error: unknown) => {
        this.#failedAtMs = time.elapsedMs();
        logger.warn({ err: error }, "The login shell does not tell its environment");
      })
      .finally(() => (this.#reading = null));
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
