import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { AcpScenario, AcpStep } from "./acp/acp-scenario.ts";
import { AcpWire, type AcpMessage } from "./acp/acp-wire.ts";

interface StoredSession {
  cwd: string;
  /** All updates so far, to be replayed by `session/load`. */
  updates: Record<string, unknown>[];
  mode: string;
  /** The model set last. */
  model?: string;
}

interface Turn {
  blocks: readonly object[];
  id: number | string;
  sessionId: string;
  isCancelled: boolean;
  cancelled: Promise<void>;
  cancel(): void;
}

const MODES = [
  { id: "default", name: "Default" },
  { id: "plan", name: "Plan" },
];
const OPTIONS = [
  { optionId: "allow", name: "Allow", kind: "allow_once" },
  { optionId: "reject", name: "Reject", kind: "reject_once" },
];

/** An agent that speaks ACP 1 on stdio, run as its own program: `node scripted-acp-agent.ts <scenario.json>`. */
class ScriptedAcpAgent {
  readonly #scenario: AcpScenario;
  readonly #wire = new AcpWire();
  readonly #sessions: Map<string, StoredSession>;
  readonly #turns = new Map<string, Turn>();
  readonly #calls = new Map<string, number>();
  #beforePrompt = async () => {};
  #prompts = 0;

  constructor(scenario: AcpScenario) {
    this.#scenario = scenario;
    this.#sessions = new Map(Object.entries(readStored(scenario.stateFile)));
  }

  run(): void {
    const { ignoreSignals = [] } = this.#scenario;
    for (const signal of ignoreSignals) process.on(signal, () => {});
    if (ignoreSignals.length > 0) setInterval(() => {}, 2 ** 30);
    this.#wire.listen((message) => void this.#take(message));
  }

  async #take({ id, method = "", params = {} }: AcpMessage): Promise<void> {
    if (this.#scenario.hangsOn?.includes(method)) return;
    const sessionId = String(params["sessionId"] ?? "");
    if (method === "session/cancel") {
      if (!this.#scenario.ignoreCancel) this.#turns.get(sessionId)?.cancel();
      return;
    }
    if (id === undefined) return;
    if (this.#fails(method)) return this.#wire.send({ id, error: { code: -32_603, message: "Scripted failure" } });
    if (this.#scenario.loginFor?.includes(method))
      return this.#wire.send({ id, error: { code: -32_000, message: "Authentication required" } });
    if (method === "session/prompt") return this.#prompt(id, sessionId, params["prompt"] as { text?: string }[]);
    const result = await this.#answer(method, sessionId, params);
    await this.#wire.send(result === undefined ? { id, error: { code: -32_601, message: "Method not found" } } : { id, result });
  }

  #fails(method: string): boolean {
    const { failsOn, failsFirst } = this.#scenario;
    const count = (this.#calls.get(method) ?? 0) + 1;
    this.#calls.set(method, count);
    return failsOn?.includes(method) === true || count <= (failsFirst?.[method] ?? 0);
  }

  /** Answers a request; undefined for an unknown method. */
  async #answer(method: string, sessionId: string, params: Record<string, unknown>): Promise<unknown> {
    if (method === "initialize") {
      return {
        protocolVersion: 1,
        agentCapabilities: {
          ...(this.#scenario.deletesSessions ? { sessionCapabilities: { delete: {} } } : {}),
          loadSession: this.#scenario.stateFile !== undefined,
          promptCapabilities: this.#scenario.promptCapabilities ?? { embeddedContext: true },
        },
        agentInfo: { name: "scripted", version: "1.0.0" },
        authMethods: (this.#scenario.loginWays ?? []).map((name, at) => ({ id: `way-${at}`, name })),
      };
    }
    if (method === "authenticate") return {};
    if (method === "session/new") {
      const fresh = `session-${this.#sessions.size + 1}`;
      this.#sessions.set(fresh, { cwd: String(params["cwd"]), updates: [], mode: "default" });
      this.#save();
      const { commands, early = [] } = this.#scenario;
      for (const update of early) await this.#wire.send({ method: "session/update", params: { sessionId: fresh, update } });
      const announced = { sessionUpdate: "available_commands_update", availableCommands: commands };
      if (commands) setImmediate(() => void this.#wire.send({ method: "session/update", params: { sessionId: fresh, update: announced } }));
      return { sessionId: fresh, modes: { currentModeId: "default", availableModes: MODES }, ...this.#scenario.session };
    }
    const session = this.#sessions.get(sessionId);
    if (!session) return undefined;
    if (method === "session/delete" && this.#scenario.deletesSessions) {
      this.#sessions.delete(sessionId);
      this.#save();
      return {};
    }
    if (method === "session/load") {
      const { replays } = this.#scenario;
      const replay = async (updates: readonly Record<string, unknown>[]) => {
        for (const update of updates) await this.#wire.send({ method: "session/update", params: { sessionId, update } });
      };
      const { replaysWithoutPrompts = false } = this.#scenario;
      const told = session.updates.filter(({ sessionUpdate }) => !replaysWithoutPrompts || sessionUpdate !== "user_message_chunk");
      if (replays === undefined) await replay(told);
      if (replays === "after the answer") setImmediate(() => void replay(told));
      if (replays === "with the next prompt") this.#beforePrompt = () => replay(told);
      return { modes: { currentModeId: session.mode, availableModes: MODES } };
    }
    if (method === "session/set_model" || method === "session/set_config_option") {
      session.model = this.#scenario.keepsModel ?? String(params["modelId"] ?? params["value"]);
      this.#save();
      if (this.#scenario.keepsModel === undefined) return {};
      return { configOptions: [{ id: "the-model", category: "model", currentValue: session.model, options: [] }] };
    }
    if (method === "session/set_mode") {
      session.mode = String(params["modeId"]);
      await this.#update(sessionId, { sessionUpdate: "current_mode_update", currentModeId: session.mode });
      return {};
    }
    return undefined;
  }

  async #prompt(id: number | string, sessionId: string, blocks: { text?: string }[]): Promise<void> {
    const session = this.#sessions.get(sessionId);
    if (!session) return this.#wire.send({ id, error: { code: -32_602, message: "Unknown session" } });
    await this.#beforePrompt();
    this.#beforePrompt = async () => {};
    for (const { text } of blocks)
      if (text !== undefined) session.updates.push({ sessionUpdate: "user_message_chunk", content: { type: "text", text } });
    const cancelled = Promise.withResolvers<void>();
    const turn: Turn = {
      blocks,
      id,
      sessionId,
      isCancelled: false,
      cancelled: cancelled.promise,
      cancel: () => {
        turn.isCancelled = true;
        cancelled.resolve();
      },
    };
    this.#turns.set(sessionId, turn);
    const steps = this.#scenario.prompts[Math.min(this.#prompts, this.#scenario.prompts.length - 1)] ?? [];
    this.#prompts += 1;
    await this.#play(steps, turn);
    if (this.#turns.get(sessionId) === turn) await this.#end(turn, turn.isCancelled ? "cancelled" : "end_turn");
  }

  async #end(turn: Turn, stopReason: string): Promise<void> {
    this.#turns.delete(turn.sessionId);
    await this.#wire.send({ id: turn.id, result: { stopReason } });
  }

  async #play(steps: readonly AcpStep[], turn: Turn): Promise<void> {
    for (const step of steps) {
      if (turn.isCancelled) return;
      await this.#carryOut(step, turn);
    }
  }

  async #carryOut(step: AcpStep, turn: Turn): Promise<void> {
    const { sessionId } = turn;
    if (step.do === "sayPrompt") await this.#say(sessionId, JSON.stringify(turn.blocks));
    if (step.do === "emit") await this.#update(sessionId, step.update);
    if (step.do === "say") for (const word of step.text.match(/\S+\s*|\s+/g) ?? []) await this.#say(sessionId, word, step.kind);
    if (step.do === "writeFile") {
      const file = join(this.#sessions.get(sessionId)!.cwd, step.path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, step.text);
    }
    if (step.do === "askPermission") {
      const { title, rawInput } = step;
      const toolCall = { toolCallId: `call-${title}`, title, kind: "execute", status: "pending", rawInput };
      const asked = this.#wire.request("session/request_permission", { sessionId, toolCall, options: step.options ?? OPTIONS });
      const { result } = (await Promise.race([asked, turn.cancelled.then(() => ({}))])) as {
        result?: { outcome: { optionId?: string } };
      };
      await this.#play(step.then?.[result?.outcome.optionId ?? ""] ?? [], turn);
    }
    if (step.do === "spawnSetsidChild") {
      const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
      child.unref();
      await this.#say(sessionId, `child ${child.pid}`);
    }
    if (step.do === "hang") {
      await turn.cancelled;
      for (const last of this.#scenario.onCancel ?? []) await this.#carryOut(last, turn);
    }
    if (step.do === "pause") await delay(step.ms);
    if (step.do === "leaveRunning") {
      const [file, ...argv] = step.argv;
      spawn(file, argv, { cwd: this.#sessions.get(sessionId)?.cwd, detached: true, stdio: "ignore" });
    }
    if (step.do === "exit") process.exit(step.code);
    if (step.do === "signal") process.kill(process.pid, step.signal);
    if (step.do === "garbage") await this.#wire.write(step.text);
    if (step.do === "giantLine") await this.#say(sessionId, "x".repeat(step.bytes));
    if (step.do === "giantBytes") {
      const piece = "x".repeat(1024 * 1024);
      for (let written = 0; written < step.bytes; written += piece.length) await this.#wire.write(piece);
      await this.#wire.write("\n");
    }
    if (step.do === "printSecret") process.stderr.write(`${step.text}\n`);
    if (step.do === "sayEnv") await this.#say(sessionId, Object.keys(process.env).sort().join(" "));
    if (step.do === "sayProcess") await this.#say(sessionId, JSON.stringify({ pid: process.pid, cwd: process.cwd() }));
    if (step.do === "askUnknown") {
      const { error } = await this.#wire.request(step.method, { sessionId });
      await this.#say(sessionId, error ? `error ${error.code}` : "granted");
    }
    if (step.do === "fail") {
      this.#turns.delete(sessionId);
      await this.#wire.send({ id: turn.id, error: { code: step.code ?? -32_603, message: step.message } });
    }
    if (step.do === "end") await this.#end(turn, step.stopReason ?? "end_turn");
  }

  #say(sessionId: string, text: string, kind: "message" | "thought" = "message"): Promise<void> {
    return this.#update(sessionId, { sessionUpdate: `agent_${kind}_chunk`, content: { type: "text", text } });
  }

  async #update(sessionId: string, update: Record<string, unknown>): Promise<void> {
    this.#sessions.get(sessionId)!.updates.push(update);
    this.#save();
    await this.#wire.send({ method: "session/update", params: { sessionId, update } });
  }

  #save(): void {
    const { stateFile } = this.#scenario;
    if (stateFile !== undefined) writeFileSync(stateFile, JSON.stringify(Object.fromEntries(this.#sessions)));
  }
}

function readStored(file: string | undefined): Record<string, StoredSession> {
  if (file === undefined) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, StoredSession>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

const file = process.argv[2];
if (file === undefined) throw new Error("Usage: scripted-acp-agent.ts <scenario.json>");
new ScriptedAcpAgent(JSON.parse(readFileSync(file, "utf8")) as AcpScenario).run();
