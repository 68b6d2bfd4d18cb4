import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { CliScenario, CliStep } from "./cli/cli-scenario.ts";

interface State {
  runs: number;
  sessions: string[];
}

/** An agent that is used by its command line, one run per turn: `node scripted-cli-agent.ts <scenario.json> [--resume=<id>] …`. */
class ScriptedCliAgent {
  readonly #scenario: CliScenario;
  readonly #argv: readonly string[];
  readonly #state: State;
  readonly #prompt: string;
  #sessionId = "";

  constructor(scenario: CliScenario, argv: readonly string[]) {
    this.#scenario = scenario;
    this.#argv = argv;
    this.#state = readState(scenario.stateFile);
    this.#prompt = readFileSync(0, "utf8");
  }

  async run(): Promise<void> {
    const { ignoreSignals = [], prompts, stateFile, forgets = false } = this.#scenario;
    for (const signal of ignoreSignals) process.on(signal, () => {});
    const resumed = this.#argv.find((word) => word.startsWith("--resume="))?.slice("--resume=".length);
    if (resumed !== undefined && !this.#state.sessions.includes(resumed)) {
      await this.#write({
        type: "result",
        subtype: "error_during_execution",
        is_error: true,
        errors: [`No conversation found with session ID: ${resumed}`],
      });
      process.exit(1);
    }
    this.#sessionId = forgets || resumed === undefined ? `session-${this.#state.sessions.length + 1}` : resumed;
    const sessions = [...new Set([...this.#state.sessions, this.#sessionId])];
    writeFileSync(stateFile, JSON.stringify({ runs: this.#state.runs + 1, sessions }));
    await this.#write({ type: "system", subtype: "init", session_id: this.#sessionId, model: "scripted-model" });
    for (const step of prompts[Math.min(this.#state.runs, prompts.length - 1)] ?? []) await this.#play(step);
    await this.#complete();
  }

  async #play(step: CliStep): Promise<void> {
    if (step.do === "say") await this.#say(step.text, step.kind);
    if (step.do === "emit") await this.#write(step.message);
    if (step.do === "writeFile") writeFileSync(step.path, step.text);
    if (step.do === "sayPrompt") await this.#say(this.#prompt.length > 1_000 ? `${this.#prompt.length} characters` : this.#prompt);
    if (step.do === "sayProcess") {
      const names = Object.keys(process.env).sort();
      await this.#say(JSON.stringify({ argv: this.#argv, cwd: process.cwd(), pid: process.pid, names }));
    }
    if (step.do === "spawnSetsidChild") {
      const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
      child.unref();
      await this.#say(`child ${child.pid}`);
    }
    if (step.do === "hang") {
      setInterval(() => {}, 2 ** 30);
      await new Promise(() => {});
    }
    if (step.do === "exit") process.exit(step.code);
    if (step.do === "signal") process.kill(process.pid, step.signal);
    if (step.do === "garbage") await print(step.text);
    if (step.do === "giantLine")
      await this.#write({ type: "assistant", message: { content: [{ type: "text", text: "x".repeat(step.bytes) }] } });
    if (step.do === "complain") process.stderr.write(`${step.text}\n`);
    if (step.do === "complete") await this.#complete();
    if (step.do === "fail") {
      await this.#write({ type: "result", subtype: "success", is_error: true, result: step.message, session_id: this.#sessionId });
      process.exit(1);
    }
  }

  async #say(text: string, kind: "text" | "thinking" = "text"): Promise<void> {
    if (this.#scenario.output === "text") return print(`${text}\n`);
    for (const word of text.match(/\S+\s*|\s+/g) ?? []) {
      await this.#write({ type: "stream_event", event: { type: "content_block_delta", delta: { type: `${kind}_delta`, [kind]: word } } });
    }
    await this.#write({ type: "assistant", message: { content: [{ type: kind, [kind]: text }] } });
  }

  #complete(): Promise<void> {
    const usage = { input_tokens: 7, output_tokens: 3 };
    return this.#write({ type: "result", subtype: "success", is_error: false, result: "", session_id: this.#sessionId, usage });
  }

  async #write(message: Record<string, unknown>): Promise<void> {
    if (this.#scenario.output === "messages") await print(`${JSON.stringify(message)}\n`);
  }
}

function print(text: string): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(text, () => resolve()));
}

function readState(file: string): State {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as State;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { runs: 0, sessions: [] };
    throw error;
  }
}

const [file, ...argv] = process.argv.slice(2);
if (file === undefined) throw new Error("Usage: scripted-cli-agent.ts <scenario.json> [arguments]");
await new ScriptedCliAgent(JSON.parse(readFileSync(file, "utf8")) as CliScenario, argv).run();
