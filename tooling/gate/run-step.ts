import { spawn } from "node:child_process";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export interface Step {
  name: string;
  /** The script of an installed package to run under this Node. */
  script: string;
  argv: readonly string[];
  env?: Readonly<Record<string, string>>;
}

export interface StepResult {
  name: string;
  passed: boolean;
  output: string;
  durationMs: number;
}

/** Runs one step to its end. `live` shows its output while it runs; otherwise the output is kept and shown on failure. */
export async function runStep(step: Step, live: boolean): Promise<StepResult> {
  const started = performance.now();
  const child = spawn(process.execPath, [...process.execArgv, join(ROOT, step.script), ...step.argv], {
    cwd: ROOT,
    stdio: ["ignore", live ? "inherit" : "pipe", live ? "inherit" : "pipe"],
    env: { ...process.env, ...step.env },
  });
  const chunks: Buffer[] = [];
  const tell = (text: string) => (live ? process.stderr.write(text) : chunks.push(Buffer.from(text)));
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => {
      if (signal !== null) tell(`It was ended by ${signal}.\n`);
      resolve(exitCode);
    });
  });
  return { name: step.name, passed: code === 0, output: Buffer.concat(chunks).toString(), durationMs: performance.now() - started };
}

export const inSeconds = (durationMs: number) => `${(durationMs / 1000).toFixed(1)} s`;
