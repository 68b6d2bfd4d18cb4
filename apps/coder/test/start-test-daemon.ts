import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createTempFolder, type TempFolder } from "@boocode/testkit/repo-builder";
import { onTestFinished } from "vitest";
import { readConfig, type Config } from "../src/config.ts";
import { startDaemon } from "../src/daemon.ts";
import type { DaemonOptions } from "../src/daemon-options.ts";
import type { Daemon } from "../src/to-daemon.ts";

/** The bundle, as people run it; the tests' set-up builds it. It is ready in half the time that the sources take. */
const MAIN = new URL("../bundle/main.js", import.meta.url).pathname;
/** A compile cache for all daemons, because each has a new data directory without compiled code. */
const COMPILE_CACHE = new URL("../../../.runtime/compile-cache", import.meta.url).pathname;

/** A test that is not about it must not find a session that its agent was asked for. */
const NEVER_MS = 2 ** 31 - 1;

/** What a client needs to speak to a daemon. */
export interface DaemonAddress {
  address: string;
  token: string;
}

/** A data directory and a home of its own for one test. Daemons started on it come and go. */
export class TestHome {
  readonly path: string;
  readonly dataDir: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(folder: TempFolder, env: Readonly<Record<string, string>>) {
    this.path = folder.path;
    this.dataDir = `${folder.path}/data`;
    this.#env = env;
  }

  /** `env` is added to the daemons' environment. */
  static async make(env: Readonly<Record<string, string>> = {}): Promise<TestHome> {
    const folder = await createTempFolder("boocode-home-");
    onTestFinished(() => folder[Symbol.asyncDispose]());
    return new TestHome(folder, env);
  }

  get env(): Record<string, string> {
    return {
      PATH: process.env["PATH"] ?? "",
      HOME: this.path,
      LANG: "C.UTF-8",
      BOOCODE_DATA_DIR: this.dataDir,
      BOOCODE_PORT: "0",
      BOOCODE_LOG_LEVEL: "error",
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...this.#env,
    };
  }

  config(): Config {
    const command = readConfig([], this.env);
    if (command.kind !== "run") throw new Error(`expected to run, not ${command.kind}`);
    return command.config;
  }

  /** Starts the daemon in this process. It is closed with the test. */
  async start(options: DaemonOptions = {}, config = this.config()): Promise<Daemon> {
    const daemon = await startDaemon(config, { learnAfterMs: NEVER_MS, ...options });
    onTestFinished(() => daemon.close());
    return daemon;
  }

  /** Starts the program as a person would. It is killed with the test. */
  spawn(argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}): DaemonProcess {
    return new DaemonProcess(spawn(process.execPath, [MAIN, ...argv], { env: { ...this.env, ...env }, stdio: ["ignore", "pipe", "pipe"] }));
  }
}

/** The program as a process of its own, with what it says. */
export class DaemonProcess {
  readonly child: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  stdout = "";
  stderr = "";
  readonly #ready = Promise.withResolvers<DaemonAddress>();

  constructor(child: ChildProcess) {
    this.child = child;
    this.#ready.promise.catch(() => {});
    createInterface(child.stdout!).on("line", (line) => {
      this.stdout += `${line}\n`;
      const [, address, token] = /^BooCode is ready at (http:\/\/\S+?)\/#token=(\S+)$/.exec(line) ?? [];
      if (address && token) this.#ready.resolve({ address, token });
    });
    child.stderr!.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = this.#awaitExit();
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await this.exited;
    });
  }

  /** Its address and token, once it says that it is ready. */
  ready(): Promise<DaemonAddress> {
    return this.#ready.promise;
  }

  async #awaitExit(): Promise<number | NodeJS.Signals> {
    const [code, signal] = (await once(this.child, "close")) as [number | null, NodeJS.Signals | null];
    this.#ready.reject(new Error(`The daemon ended before it was ready: ${this.stdout}${this.stderr}`));
    return code ?? signal ?? -1;
  }

  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    this.child.kill(signal);
    return await this.exited;
  }
}
