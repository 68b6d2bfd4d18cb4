import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { onTestFinished } from "vitest";

export const ROOT = join(import.meta.dirname, "../..");
const READY = /BooCode is ready at (http:\/\/[^/\s]+)\/#token=(\S+)/;

interface StartOptions {
  /** A folder put first on the PATH. */
  bin?: string;
  cwd?: string;
  logLevel?: string;
  env?: Readonly<Record<string, string>>;
}

/** A command run as in a person's terminal, with its output and exit. */
export class StartedProgram {
  readonly child: ChildProcess;
  /** Its own home directory. */
  readonly home: string;
  /** The exit code or signal, once no process holds its output any more. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #ready = Promise.withResolvers<{ origin: string; token: string }>();
  output = "";

  private constructor(child: ChildProcess, home: string) {
    this.child = child;
    this.home = home;
    this.ended = this.#awaitEnd();
    this.#ready.promise.catch(() => {});
    for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk: Buffer) => this.#hear(chunk.toString()));
  }

  /** Starts a command with its own home and `bin` first on the PATH; all its remaining processes end with the test. */
  static async start(argv: readonly [string, ...string[]], options: StartOptions = {}): Promise<StartedProgram> {
    const home = await createTempFolder("boocode-start-");
    const child = spawn(argv[0], argv.slice(1), {
      cwd: options.cwd ?? ROOT,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: [...(options.bin ? [options.bin] : []), process.env["PATH"] ?? ""].join(delimiter),
        HOME: home.path,
        LANG: "C.UTF-8",
        npm_config_cache: join(process.env["HOME"] ?? home.path, ".npm"),
        npm_config_update_notifier: "false",
        BOOCODE_PORT: "0",
        BOOCODE_LOG_LEVEL: options.logLevel ?? "error",
        ...options.env,
      },
    });
    const program = new StartedProgram(child, home.path);
    onTestFinished(async () => {
      endGroup(child.pid!);
      await program.ended;
      await home[Symbol.asyncDispose]();
    });
    return program;
  }

  /** The origin and token, once the program prints that it is ready. */
  ready(): Promise<{ origin: string; token: string }> {
    return this.#ready.promise;
  }

  #hear(text: string): void {
    this.output += text;
    const found = READY.exec(this.output);
    if (found) this.#ready.resolve({ origin: found[1]!, token: found[2]! });
  }

  async #awaitEnd(): Promise<number | NodeJS.Signals> {
    const [code, signal] = (await once(this.child, "close")) as [number | null, NodeJS.Signals | null];
    this.#ready.reject(new Error(`It ended before it was ready: ${this.output}`));
    return code ?? signal ?? -1;
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All its processes have ended.
  }
}
