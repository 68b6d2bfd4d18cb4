import { randomBytes, randomUUID } from "node:crypto";
import { toExitEvidence } from "@boocode/shared/agents/processes/to-exit-evidence";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { PROCESS_MARKER } from "../../../platform/processes/markers.ts";
import type { ProcessIdentity } from "../../../platform/processes/process.ts";
import type { ChildEnd } from "../../../platform/processes/supervised-child.ts";
import type { ServerClient } from "../wire/opencode-client.ts";
import { ReadyLine } from "./ready-line.ts";
import { SaidAtStart } from "./said-at-start.ts";

export interface StartServerInput {
  /** The program and the arguments before `serve`. */
  command: readonly string[];
  /** The working directory: a folder with no project files. */
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Which of opencode's interfaces is used: 1 for opencode 1, 2 for opencode 2. */
  api: 1 | 2;
  /** The version that the program reported. */
  version: string;
  /** How long the server may take to get ready. */
  readyLimitMs: number;
  /** Secrets that the server knows and may print, and that the page must not show. */
  secrets?: readonly string[];
}

/** Thrown when a server does not start. The message is shown to the person. */
export class OpencodeStartError extends Error {
  override readonly name = "OpencodeStartError";
  readonly evidence: TaskEvidence;

  constructor(message: string, evidence: TaskEvidence, cause?: unknown) {
    super(message, { cause });
    this.evidence = evidence;
  }
}

/** One `opencode serve` process, with its own port and password. */
export interface OpencodeServer {
  readonly client: ServerClient;
  readonly version: string;
  readonly identity: ProcessIdentity;
  /** Resolves when the process has exited, with evidence of the cause. */
  readonly exited: Promise<TaskEvidence>;
  /** Resolves when everything it started is gone too: a server that ends by itself leaves its child processes behind. */
  readonly swept: Promise<void>;
  /** Ends the process with everything it started. Idempotent. `why` is reported as the reason, instead of only the signal. */
  close(why?: string): Promise<void>;
}

/**
 * Starts a server. Resolves when it has printed its address and answers there; a request sent earlier hangs for ever. Throws {@link
 * OpencodeStartError} after the process is gone.
 */
export async function startOpencodeServer(input: StartServerInput): Promise<OpencodeServer> {
  const password = randomBytes(24).toString("base64url");
  const { url: listening, onStdout } = readUrl();
  const said = new SaidAtStart();
  const toError = (message: string, evidence: TaskEvidence, cause?: unknown) => {
    const quoted = said.quote([password, ...(input.secrets ?? [])]);
    return new OpencodeStartError(quoted === "" ? message : `${message} It said:\n${quoted}`, evidence, cause);
  };
  const [file = "opencode", ...before] = input.command;
  // Loaded on first use; see `startProgram`.
  const { superviseChild } = await import("../../../platform/processes/supervise-child.ts");
  const child = superviseChild({
    file,
    argv: [...before, "serve", "--port", "0", "--hostname", "127.0.0.1"],
    cwd: input.cwd,
    env: { ...input.env, ...toPassword(password, input.api), OPENCODE_DISABLE_AUTOUPDATE: "1" },
    marker: { name: PROCESS_MARKER, value: randomUUID() },
    onStdout: (chunk) => {
      said.push(chunk);
      onStdout(chunk);
    },
    onStderr: (chunk) => said.push(chunk),
  });
  let whyEnded: string | null = null;
  const exited = child.exited.then((end) => toExitEvidence("opencode", end, child.stderrTail, whyEnded));
  const swept = exited.then(async () => void (await child.end()));
  const close = async (why?: string) => {
    whyEnded ??= why ?? null;
    await child.end();
    await exited;
    child.release();
  };
  const late = AbortSignal.timeout(input.readyLimitMs);
  try {
    const ready = Promise.race([
      listening,
      // Include all of its remaining output.
      child.ended.then(async (end) => Promise.reject(toError(describeEnd(end), await exited))),
      untilAborted(late),
    ]);
    // Load the SDK while the server starts: nothing else needs it.
    const [url, { connect }] = await Promise.all([ready, import("../wire/connect.ts")]);
    const identity = await child.identify();
    if (identity === null) throw toError(describeEnd(await child.ended), await exited);
    const client = await connect({ url, password }, input);
    const { version } = await client.readHealth();
    return { client, version, identity, exited, swept, close };
  } catch (error) {
    await close();
    if (error instanceof OpencodeStartError) throw error;
    const message = late.aborted ? `opencode did not start within ${Math.round(input.readyLimitMs / 1_000)} s.` : (error as Error).message;
    throw toError(message, { message, ...(child.stderrTail !== "" && { stderrTail: child.stderrTail }) }, error);
  }
}

/** Names the password for the server. opencode 2 has had two names for it. */
function toPassword(password: string, api: 1 | 2): Record<string, string> {
  return { OPENCODE_SERVER_PASSWORD: password, ...(api === 2 ? { OPENCODE_PASSWORD: password } : {}) };
}

function describeEnd({ exitCode, signal, refusal }: ChildEnd): string {
  if (refusal !== null) return `opencode could not be started: ${refusal.code ?? refusal.message}.`;
  return `opencode ended before it was ready (${signal ?? `exit code ${exitCode}`}).`;
}

/** Reads the address that the server prints when it listens. */
function readUrl(): { url: Promise<string>; onStdout(chunk: Buffer): void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const line = new ReadyLine();
  // Keep reading for the process's whole life: a full pipe would block it.
  const onStdout = (chunk: Buffer) => {
    const url = line.push(chunk);
    if (url !== null) resolve(url);
  };
  return { url: promise, onStdout };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));
}
