import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { identifyProcess, killTree, type ProcessIdentity, type ProcessMarker } from "../../../platform/processes/process.ts";
import { OpencodeClient } from "../wire/opencode-client.ts";
import { ReadyLine } from "./ready-line.ts";

/** Inherited by everything it starts, also by what leaves its session: so that nothing of it is left. */
const PROCESS_MARKER = "BOOCODE_PROCESS_ID";
const MAX_TAIL_CHARS = 4_000;
const HEALTH_LIMIT_MS = 10_000;

const Health = z.object({ healthy: z.boolean(), version: z.string() });

export interface StartServerInput {
  /** The program with what stands before `serve`. */
  command: readonly string[];
  /** Where it runs: a folder with nothing of a project in it. */
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** How long it may take until it answers. */
  readyLimitMs: number;
}

/** Why a server did not start. Its message is for the person. */
export class OpencodeStartError extends Error {
  override readonly name = "OpencodeStartError";
  readonly evidence: TaskEvidence;

  constructor(message: string, evidence: TaskEvidence, cause?: unknown) {
    super(message, { cause });
    this.evidence = evidence;
  }
}

/** One `opencode serve`, with a port and a password of its own. */
export interface OpencodeServer {
  readonly client: OpencodeClient;
  readonly version: string;
  readonly identity: ProcessIdentity;
  /** Resolves when the process is gone, with what is known of why. */
  readonly exited: Promise<TaskEvidence>;
  /** Resolves when everything it started is gone, too: one that ends by itself leaves behind what it ran. */
  readonly swept: Promise<void>;
  /** Ends the process with everything it started. Idempotent. `why`: what is told of its end, instead of its signal alone. */
  close(why?: string): Promise<void>;
}

/**
 * Starts a server; resolves when it has said where it listens and answers there: a request sent before hangs for ever.
 * Throws {@link OpencodeStartError}; the process is gone then.
 */
export async function startOpencodeServer(input: StartServerInput): Promise<OpencodeServer> {
  const password = randomBytes(24).toString("base64url");
  const marker = { name: PROCESS_MARKER, value: randomUUID() };
  const [file, ...before] = input.command;
  const child = spawn(file ?? "opencode", [...before, "serve", "--port", "0", "--hostname", "127.0.0.1"], {
    cwd: input.cwd,
    env: { ...input.env, OPENCODE_SERVER_PASSWORD: password, OPENCODE_DISABLE_AUTOUPDATE: "1", [marker.name]: marker.value },
    detached: true,
    windowsHide: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = new OutputTail();
  const endTree = treeOf(child, marker);
  const exited = untilExit(child, output);
  const swept = exited.then(endTree);
  const close = closeOnce(child, exited, endTree, output);
  const late = AbortSignal.timeout(input.readyLimitMs);
  try {
    const url = await Promise.race([
      untilListening(child, output),
      exited.then((evidence) => Promise.reject(new OpencodeStartError("opencode ended before it was ready.", evidence))),
      untilAborted(late),
    ]);
    const identity = await identifyProcess(child.pid as number);
    if (identity === null) throw new OpencodeStartError("opencode ended before it was ready.", await exited);
    const client = new OpencodeClient({ url, password });
    const { version } = await client.ask({ method: "GET", path: "/global/health", answer: Health, timeoutMs: HEALTH_LIMIT_MS });
    return { client, version, identity, exited, swept, close };
  } catch (error) {
    await close();
    if (error instanceof OpencodeStartError) throw error;
    const message = late.aborted ? `opencode did not start within ${Math.round(input.readyLimitMs / 1_000)} s.` : (error as Error).message;
    throw new OpencodeStartError(message, output.toEvidence(message), error);
  }
}

/** The end of what a process said, for the evidence of its end. */
class OutputTail {
  #text = "";
  /** Why we ended it; null where it ended by itself. */
  why: string | null = null;

  push(chunk: Buffer): void {
    this.#text = (this.#text + chunk.toString("utf8")).slice(-MAX_TAIL_CHARS);
  }

  toEvidence(message: string): TaskEvidence {
    const stderrTail = this.#text.trim();
    return { message, ...(stderrTail === "" ? {} : { stderrTail }) };
  }
}

function untilListening(child: ChildProcess, output: OutputTail): Promise<string> {
  return new Promise((resolve) => {
    const line = new ReadyLine();
    // Read for its whole life: a pipe that nobody empties would stop it.
    child.stdout?.on("data", (chunk: Buffer) => {
      const url = line.push(chunk);
      if (url !== null) resolve(url);
    });
    child.stderr?.on("data", (chunk: Buffer) => output.push(chunk));
  });
}

function untilExit(child: ChildProcess, output: OutputTail): Promise<TaskEvidence> {
  return new Promise((resolve) => {
    child.once("exit", (exitCode, signal) =>
      resolve({
        ...output.toEvidence(output.why ?? `opencode's process ended (${signal ?? `exit code ${exitCode}`}).`),
        ...(exitCode === null ? {} : { exitCode }),
        ...(signal === null ? {} : { signal }),
      }),
    );
    // Stays for the child's whole life: an error event without a listener would end the daemon.
    child.on("error", (error) =>
      resolve({ message: `opencode could not be started: ${(error as NodeJS.ErrnoException).code ?? error.message}` }),
    );
  });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));
}

/** What ends a child with everything it started; also when it is gone itself. */
function treeOf(child: ChildProcess, marker: ProcessMarker): () => Promise<void> {
  const identity = child.pid === undefined ? Promise.resolve(null) : identifyProcess(child.pid);
  return async () => {
    const known = await identity;
    if (known) await killTree(known.pid, known.startTime, { marker });
  };
}

function closeOnce(
  child: ChildProcess,
  exited: Promise<unknown>,
  endTree: () => Promise<void>,
  output: OutputTail,
): (why?: string) => Promise<void> {
  let closing: Promise<void> | null = null;
  return (why) => {
    if (why !== undefined) output.why ??= why;
    return (closing ??= (async () => {
      await endTree();
      if (child.pid !== undefined) await exited;
      child.stdout?.destroy();
      child.stderr?.destroy();
    })());
  };
}
