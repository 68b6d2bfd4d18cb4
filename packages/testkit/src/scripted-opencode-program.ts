import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeGates } from "./opencode/remote-gate.ts";
import type { Gate, OpencodeFaults, OpencodePrompt, OpencodeReply, OpencodeRequest } from "./opencode/opencode-steps.ts";
import { createTempFolder } from "./repo-builder.ts";
import { runCached } from "./scripted-agent-command.ts";

/** One start of the program. */
export interface ProgramStart {
  pid: number;
  argv: string[];
  env: Record<string, string>;
}

export interface ScriptedOpencodeProgramOptions {
  /** Returns the answer to prompt `index`, counted from 0 over all sessions and starts. */
  script: (prompt: OpencodePrompt, index: number) => OpencodeReply;
  /** Faults of all starts, or of start `index`. */
  faults?: OpencodeFaults | ((index: number) => OpencodeFaults);
  /** A shell command that answers `--version`, which is no start. Default `echo 1.18.33`. */
  version?: string;
  /** Gate before the listening line of start `index`. */
  ready?: (index: number) => Gate | null;
}

/**
 * An executable that behaves like the opencode binary, scripted by the test that created it, even across restarts: its processes ask the
 * test's process what to do. Their sessions are stored in its folder.
 */
export class ScriptedOpencodeProgram implements AsyncDisposable {
  /** Path of the executable. */
  readonly file: string;
  readonly starts: ProgramStart[] = [];
  readonly prompts: OpencodePrompt[] = [];
  /** The requests of all processes, in order. */
  readonly requests: OpencodeRequest[] = [];
  readonly #options: ScriptedOpencodeProgramOptions;
  readonly #gates: Gate[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #folder: Awaited<ReturnType<typeof createTempFolder>>;
  readonly #server: Server;

  private constructor(options: ScriptedOpencodeProgramOptions, folder: Awaited<ReturnType<typeof createTempFolder>>) {
    this.#options = options;
    this.#folder = folder;
    this.file = join(folder.path, "opencode");
    this.#server = createServer((request, response) => {
      this.#answer(request).then(
        (json) => response.end(JSON.stringify(json)),
        () => response.destroy(),
      );
    });
  }

  static async create(options: ScriptedOpencodeProgramOptions): Promise<ScriptedOpencodeProgram> {
    const program = new ScriptedOpencodeProgram(options, await createTempFolder());
    await new Promise<void>((resolve) => program.#server.listen(0, "127.0.0.1", resolve));
    const control = `http://127.0.0.1:${(program.#server.address() as AddressInfo).port}`;
    const cli = new URL("./scripted-opencode-cli.ts", import.meta.url).href;
    const main = join(program.#folder.path, "main.ts");
    const text = `import { runOpencode } from ${JSON.stringify(cli)};
await runOpencode(process.argv.slice(2), ${JSON.stringify(control)});
`;
    await writeFile(main, text);
    const command = runCached(main)
      .map((part) => `'${part}'`)
      .join(" ");
    const script = `#!/bin/sh
[ "$1" = --version ] && { ${options.version ?? "echo 1.18.33"}; exit; }
exec ${command} "$@"
`;
    await writeFile(program.file, script);
    await chmod(program.file, 0o755);
    return program;
  }

  /** Resolves when the condition holds. Checked on every report from a process. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#folder[Symbol.asyncDispose]();
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    const [verb, number] = (request.url ?? "/").slice(1).split("/");
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    const body: unknown = text === "" ? null : JSON.parse(text);
    const answer = await this.#carryOut(verb ?? "", Number(number), body);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return encodeGates(answer, (gate) => this.#gates.push(gate) - 1);
  }

  async #carryOut(verb: string, gate: number, body: unknown): Promise<unknown> {
    if (verb === "hello") {
      this.starts.push(body as ProgramStart);
      const { faults = {} } = this.#options;
      return {
        faults: typeof faults === "function" ? faults(this.starts.length - 1) : faults,
        stateFile: join(this.#folder.path, "state.json"),
        ready: this.#options.ready?.(this.starts.length - 1) ?? null,
      };
    }
    if (verb === "prompt") {
      this.prompts.push(body as OpencodePrompt);
      return this.#options.script(body as OpencodePrompt, this.prompts.length - 1);
    }
    if (verb === "request") this.requests.push(body as OpencodeRequest);
    if (verb === "gate") await this.#gates[gate]?.pass();
    return {};
  }
}
