import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import type { ScriptedModel } from "@boocode/testkit/scripted-model";
import { writeFiles, type RealAgent } from "../agents/real-agent.ts";
import { toAgentEnv } from "../agents/to-agent-env.ts";
import type { PeerSession, PeerTurn } from "./opencode-peer.ts";

/** What an agent writes: answers to our requests, requests of its own, and updates. */
interface Wire {
  id?: number | string;
  method?: string;
  params?: { update?: { sessionUpdate?: string; content?: { text?: string } } };
  result?: { sessionId?: string };
  error?: { message: string };
}

/** An agent without BooCode: its program, driven over its standard input and output by as little as the protocol needs. */
export class AcpPeer implements PeerSession, AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number | string, (answer: Wire) => void>();
  readonly #dispose: () => Promise<void>;
  #turn: PeerTurn | null = null;
  #sessionId = "";
  #id = 0;

  private constructor(child: ChildProcess, dispose: () => Promise<void>) {
    this.#child = child;
    this.#dispose = dispose;
  }

  /** Starts the agent in a directory and opens a session there, with a home of its own. `args` make it speak the protocol. */
  static async open(
    agent: Pick<RealAgent, "command" | "setUp">,
    args: readonly string[],
    directory: string,
    model: ScriptedModel,
  ): Promise<AcpPeer> {
    const home = await createTempFolder();
    const { env, files } = agent.setUp(model);
    await writeFiles(home.path, files);
    const [program, ...words] = agent.command;
    const child = spawn(program!, [...words, ...args], {
      cwd: directory,
      env: { ...toAgentEnv(home.path), ...env },
      stdio: ["pipe", "pipe", "ignore"],
      detached: true,
    });
    const gone = once(child, "exit");
    const peer = new AcpPeer(child, async () => {
      // Some start programs of their own, which stay when only the first is ended.
      process.kill(-child.pid!, "SIGKILL");
      await gone;
      await home[Symbol.asyncDispose]();
    });
    createInterface({ input: child.stdout! }).on("line", (line) => peer.#take(line));
    await peer.#ask("initialize", { protocolVersion: 1, clientCapabilities: { fs: { readTextFile: false, writeTextFile: false } } });
    const { result } = await peer.#ask("session/new", { cwd: directory, mcpServers: [] });
    peer.#sessionId = result?.sessionId ?? "";
    return peer;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async prompt(text: string): Promise<PeerTurn> {
    const turn: PeerTurn = { sentAt: performance.now(), firstAt: 0, lastAt: 0 };
    this.#turn = turn;
    await this.#ask("session/prompt", { sessionId: this.#sessionId, prompt: [{ type: "text", text }] });
    if (turn.firstAt === 0) throw new Error("The agent ended a turn without a word");
    return turn;
  }

  close(): void {
    void this.#dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispose();
  }

  async #ask(method: string, params: object): Promise<Wire> {
    const id = (this.#id += 1);
    const { promise, resolve } = Promise.withResolvers<Wire>();
    this.#waiting.set(id, resolve);
    this.#write({ id, method, params });
    const answer = await promise;
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  }

  #write(message: object): void {
    this.#child.stdin!.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  #take(line: string): void {
    const now = performance.now();
    const message = JSON.parse(line) as Wire;
    const { update } = message.params ?? {};
    if (update?.sessionUpdate === "agent_message_chunk" && update.content?.text && this.#turn) {
      this.#turn.lastAt = now;
      this.#turn.firstAt ||= now;
    }
    if (message.id === undefined) return;
    // Whatever it asks on its side is not there.
    if (message.method !== undefined) return this.#write({ id: message.id, error: { code: -32601, message: "Not here" } });
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }
}
