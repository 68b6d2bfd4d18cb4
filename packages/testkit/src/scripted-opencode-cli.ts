import { pathToFileURL } from "node:url";
import type { OpencodeFaults, OpencodePrompt, OpencodeReply, OpencodeRequest } from "./opencode/opencode-steps.ts";
import { decodeGates } from "./opencode/remote-gate.ts";
import { ScriptedOpencode, type ScriptedOpencodeOptions } from "./scripted-opencode.ts";

/** The settings a program receives at startup from its test. */
export interface ProgramSettings {
  faults: OpencodeFaults;
  stateFile: string | null;
  /** Gate before the listening line is printed. */
  ready: { pass(): Promise<void> } | null;
}

/**
 * Behaves like the binary: `serve --port 0 --hostname 127.0.0.1`, `--version`. With the URL of a test's control server it asks there for
 * the answer to each prompt; without, it repeats the prompt.
 */
export async function runOpencode(argv: readonly string[], controlUrl: string | null): Promise<void> {
  if (argv.includes("--version")) return void process.stdout.write("1.18.33\n");
  if (argv[0] !== "serve") {
    process.stderr.write(`Unknown command: ${argv.join(" ")}\n`);
    process.exitCode = 1;
    return;
  }
  const port = Number(readFlag(argv, "port") ?? "0");
  const hostname = readFlag(argv, "hostname") ?? "127.0.0.1";
  const settings =
    controlUrl === null ? null : await call<ProgramSettings>(controlUrl, "hello", { pid: process.pid, argv, env: { ...process.env } });
  const { OPENCODE_SERVER_PASSWORD: password, OPENCODE_CONFIG_CONTENT: config } = process.env;
  const providers = config === undefined ? undefined : (JSON.parse(config) as { provider?: ScriptedOpencodeOptions["providers"] }).provider;
  const server = await ScriptedOpencode.start({
    script: (prompt) => (controlUrl === null ? repeat(prompt) : call<OpencodeReply>(controlUrl, "prompt", prompt)),
    port,
    hostname,
    ...(password === undefined ? {} : { password }),
    ...(providers === undefined ? {} : { providers }),
    ...(settings?.stateFile ? { stateFile: settings.stateFile } : {}),
    ...(settings ? { faults: settings.faults } : {}),
    onRequest: (request) => void (controlUrl !== null && report(controlUrl, request)),
    die: (signal) => process.kill(process.pid, signal),
  });
  await settings?.ready?.pass();
  const noise = Buffer.alloc(settings?.faults.noiseBytes ?? 0, "x");
  const makeNoise = () => Promise.all([write(process.stdout, noise), write(process.stderr, noise)]);
  if (noise.length > 0) await makeNoise().then(() => write(process.stdout, "\n"));
  const name = server.api === "1.18" ? "opencode " : "";
  await write(process.stdout, `${name}server listening on ${server.url}\n`);
  if (noise.length > 0) await makeNoise();
}

/** Resolves when the bytes were accepted. */
function write(stream: NodeJS.WriteStream, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve) => void stream.write(bytes, () => resolve()));
}

function repeat(prompt: OpencodePrompt): OpencodeReply {
  return {
    steps: [
      { do: "say", kind: "reasoning", text: "I repeat it." },
      { do: "say", text: `You said: ${prompt.text}` },
    ],
  };
}

async function call<T>(controlUrl: string, verb: string, body: unknown): Promise<T> {
  const response = await fetch(`${controlUrl}/${verb}`, { method: "POST", body: JSON.stringify(body) });
  return decodeGates(await response.json(), controlUrl) as T;
}

/** Reports a request to the test, which may end before the program does. */
function report(controlUrl: string, request: OpencodeRequest): void {
  fetch(`${controlUrl}/request`, { method: "POST", body: JSON.stringify(request) }).catch(() => {});
}

function readFlag(argv: readonly string[], name: string): string | undefined {
  const index = argv.findIndex((part) => part === `--${name}` || part.startsWith(`--${name}=`));
  const part = argv[index];
  return part?.includes("=") ? part.slice(part.indexOf("=") + 1) : argv[index + 1];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await runOpencode(process.argv.slice(2), process.env["SCRIPTED_OPENCODE_CONTROL"] ?? null);
