import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { OpencodeAsks } from "./opencode-asks.ts";
import { OpencodeMessage, type TurnAbort } from "./opencode-message.ts";
import type { OpencodeAfterwards, OpencodePrompt, OpencodeReply, OpencodeStep } from "./opencode-steps.ts";
import type { OpencodeStore } from "./opencode-store.ts";
import type { OpencodeStreams } from "./opencode-streams.ts";

export interface TurnPorts {
  store: OpencodeStore;
  streams: OpencodeStreams;
  asks: OpencodeAsks;
  setStatus(sessionId: string, status: "busy" | "idle"): Promise<void>;
  /** Ends the process; the turn does not continue. */
  die(signal: NodeJS.Signals): void;
}

/** An end that comes from a step: the only way for a step to say that nothing follows. */
type Ending = { kind: "failed"; name: string; message: string } | { kind: "refused" };

/** Plays the answer to one prompt and ends the turn as the real server does. */
export class OpencodeTurn {
  readonly prompt: OpencodePrompt;
  readonly #ports: TurnPorts;
  readonly #reply: OpencodeReply;
  readonly #aborted = Promise.withResolvers<void>();
  readonly #steered = Promise.withResolvers<OpencodePrompt>();
  #isAborted = false;
  #isDead = false;
  #ignoredAborts = 0;
  #message: OpencodeMessage | null = null;
  readonly #abort: TurnAbort = {
    isAborted: () => this.#isAborted,
    race: (work) => Promise.race([work, this.#aborted.promise.then(() => undefined)]),
  };
  /** True once the first idle was sent. Prompts are swallowed from then until the turn has settled. */
  isSettling = false;
  /** True while it waits for more of what the person wants. */
  wantsMore = false;

  constructor(prompt: OpencodePrompt, reply: OpencodeReply, ports: TurnPorts) {
    this.prompt = prompt;
    this.#reply = reply;
    this.#ports = ports;
  }

  /** Aborts the turn. Returns true if the turn obeys. */
  abort(): boolean {
    if (this.#ignoredAborts < (this.#reply.ignoresAborts ?? 0)) {
      this.#ignoredAborts += 1;
      return false;
    }
    this.#stop();
    return true;
  }

  /** Ends the turn without events, as when the process dies. */
  kill(): void {
    this.#isDead = true;
    this.#stop();
  }

  async run(): Promise<void> {
    const { setStatus } = this.#ports;
    await setStatus(this.prompt.sessionId, "busy");
    this.#message = await this.#begin();
    const ending = await this.#play(this.#reply.steps);
    if (this.#isDead) return;
    if (this.#isAborted) return this.#breakOff({ name: "MessageAbortedError", data: { message: "Aborted" } });
    if (ending?.kind === "failed") return this.#breakOff({ name: ending.name, data: { message: ending.message } });
    await this.#message.finish(ending ? "tool-calls" : "stop");
    if (this.#reply.isEndSilent) return;
    if (this.prompt.isApi) await this.#emit("session.execution.succeeded", { sessionID: this.prompt.sessionId });
    await setStatus(this.prompt.sessionId, "busy");
    await this.#idle();
    for (const after of this.#reply.afterwards ?? []) await this.#playAfter(after);
    if (!this.#reply.isIdleTwice) return;
    this.isSettling = true;
    await this.#reply.secondIdle?.pass();
    if (!this.#isDead) await this.#idle();
  }

  async #playAfter({ gate, isOwn, steps }: OpencodeAfterwards): Promise<void> {
    await gate?.pass();
    if (this.#isAborted) return;
    if (isOwn) {
      await this.#ports.setStatus(this.prompt.sessionId, "busy");
      this.#message = await this.#begin();
    }
    const ending = await this.#play(steps);
    if (this.#isDead || !isOwn) return;
    if (this.#isAborted) return this.#breakOff({ name: "MessageAbortedError", data: { message: "Aborted" } });
    if (ending?.kind === "failed") return this.#breakOff({ name: ending.name, data: { message: ending.message } });
    await this.#message?.finish("stop");
    await this.#idle();
  }

  #stop(): void {
    this.#isAborted = true;
    this.#aborted.resolve();
  }

  #begin(): Promise<OpencodeMessage> {
    return OpencodeMessage.begin({ store: this.#ports.store, emit: this.#emit, prompt: this.prompt, reply: this.#reply });
  }

  /** Takes more of what the person wants. */
  steer(more: OpencodePrompt): void {
    const { sessionId, messageId, text } = more;
    this.#ports.store.setMessage({ id: messageId, role: "user", sessionID: sessionId, time: { created: Date.now() } });
    this.#ports.store.setPart({ type: "text", text, messageID: messageId, sessionID: sessionId, id: this.#ports.store.newId("prt") });
    this.#steered.resolve(more);
  }

  async #breakOff(error: { name: string; data: { message: string } }): Promise<void> {
    if (this.prompt.isApi) {
      const isStopped = error.name === "MessageAbortedError";
      await this.#message?.breakOff(isStopped ? { ...error, data: { message: "Provider turn interrupted" } } : error);
      const { sessionId: sessionID } = this.prompt;
      const why = isStopped ? { reason: "user" } : { error: { type: "unknown", message: error.data.message } };
      await this.#emit(`session.execution.${isStopped ? "interrupted" : "failed"}`, { sessionID, ...why });
      return this.#idle();
    }
    await this.#emit("session.error", { sessionID: this.prompt.sessionId, error });
    this.isSettling = true;
    await this.#idle();
    await this.#reply.secondIdle?.pass();
    if (this.#isDead) return;
    await this.#message?.breakOff(error);
    await this.#idle();
  }

  async #idle(): Promise<void> {
    await this.#ports.setStatus(this.prompt.sessionId, "idle");
    await this.#emit("session.idle", { sessionID: this.prompt.sessionId });
  }

  readonly #emit = (type: string, properties: Record<string, unknown>): Promise<void> =>
    this.#isDead ? Promise.resolve() : this.#ports.streams.emit(this.prompt.directory, type, properties);

  async #play(steps: readonly OpencodeStep[]): Promise<Ending | null> {
    for (const step of steps) {
      if (this.#isAborted) return null;
      const ending = await this.#carryOut(step);
      if (ending) return ending;
    }
    return null;
  }

  async #carryOut(step: OpencodeStep): Promise<Ending | null> {
    const { sessionId, directory } = this.prompt;
    const { streams, store } = this.#ports;
    const message = this.#message!;
    if (step.do === "say") await message.say(step, this.#abort);
    if (step.do === "words") await message.words(step.count, this.#abort);
    if (step.do === "tool") return this.#tool(step);
    if (step.do === "delegate") return this.#delegate(step);
    if (step.do === "ask") return this.#ask(step);
    if (step.do === "question") return this.#question(step);
    if (step.do === "write") {
      await mkdir(dirname(join(directory, step.path)), { recursive: true });
      await writeFile(join(directory, step.path), step.text);
      await this.#emit("file.edited", { file: join(directory, step.path) });
    }
    if (step.do === "todos") {
      const session = store.find(sessionId);
      if (session) session.todos = [...step.todos];
      await this.#emit("todo.updated", { sessionID: sessionId, todos: step.todos });
    }
    if (step.do === "step") {
      await message.finish("tool-calls");
      this.#message = await this.#begin();
    }
    if (step.do === "steered") {
      this.wantsMore = true;
      const more = await this.#abort.race(this.#steered.promise);
      this.wantsMore = false;
      if (more === undefined) return null;
      await message.finish("tool-calls");
      if (this.prompt.isApi) await this.#emit("session.next.prompted", { sessionID: sessionId, messageID: more.messageId });
      this.#message = await this.#begin();
      await this.#message.say({ do: "say", text: `You also said: ${more.text}` }, this.#abort);
    }
    if (step.do === "wait") await this.#abort.race(step.gate.pass());
    if (step.do === "never") await this.#aborted.promise;
    if (step.do === "fail") return { kind: "failed", name: step.name, message: step.message };
    if (step.do === "orphan_idle") {
      await this.#emit("session.status", { sessionID: sessionId, status: { type: "idle" } });
      await this.#emit("session.idle", { sessionID: sessionId });
    }
    if (step.do === "orphan_error")
      await this.#emit("session.error", { sessionID: sessionId, error: { name: step.name, data: { message: step.message } } });
    if (step.do === "event") await this.#emit(step.type, step.properties ?? {});
    if (step.do === "bytes") streams.write(step.text);
    if (step.do === "replay") await streams.replay(step.count);
    if (step.do === "streams") streams.act(step.action);
    if (step.do === "die") {
      this.kill();
      this.#ports.die(step.signal ?? "SIGKILL");
    }
    return null;
  }

  async #tool(step: Extract<OpencodeStep, { do: "tool" }>): Promise<Ending | null> {
    const set = await this.#message!.tool(step.tool, step.input ?? {});
    const ending = await this.#play(step.during ?? []);
    if (this.#isAborted) return null;
    if (ending?.kind === "refused") await set({ status: "error", error: "The user rejected permission to use this specific tool call." });
    else if (step.error !== undefined) await set({ status: "error", error: step.error });
    else await set({ status: "completed", output: step.output ?? "", title: step.title ?? step.tool, metadata: step.metadata ?? {} });
    return ending;
  }

  async #delegate(step: Extract<OpencodeStep, { do: "delegate" }>): Promise<Ending | null> {
    const { store } = this.#ports;
    const { directory, sessionId } = this.prompt;
    const set = await this.#message!.tool("task", { description: step.title, prompt: step.title, subagent_type: "general" });
    const info = store.addSession(directory, `${step.title} (@general subagent)`, sessionId);
    await this.#emit("session.created", { sessionID: info.id, info });
    const metadata = { parentSessionId: sessionId, sessionId: info.id };
    await set({ status: "running", title: step.title, metadata });
    const prompt = { ...this.prompt, sessionId: info.id, messageId: store.newId("msg"), text: step.title, agent: "general" };
    const child = new OpencodeTurn(prompt, { ...this.#reply, steps: step.steps }, this.#ports);
    void this.#aborted.promise.then(() => (this.#isDead ? child.kill() : child.abort()));
    await child.run();
    if (this.#isAborted) return null;
    await set({ status: "completed", output: `<task id="${info.id}" state="completed"></task>`, title: step.title, metadata });
    return null;
  }

  async #ask(step: Extract<OpencodeStep, { do: "ask" }>): Promise<Ending | null> {
    const { sessionId: sessionID, directory } = this.prompt;
    const id = this.#ports.store.newId("per");
    const { permission, patterns = [], metadata = {}, isNext = this.prompt.isApi === true } = step;
    const call = { messageID: this.#message!.id, callID: this.#message!.openCallId ?? "" };
    const request = isNext
      ? { id, sessionID, action: permission, resources: patterns, save: patterns, metadata, source: { type: "tool", ...call } }
      : { id, sessionID, permission, patterns, metadata, always: patterns, tool: call };
    const reply = await this.#abort.race(this.#ports.asks.permission(directory, request, isNext));
    if (!reply) return null;
    const steps = step[reply];
    if (steps) return this.#play(steps);
    return reply === "reject" ? { kind: "refused" } : null;
  }

  async #question(step: Extract<OpencodeStep, { do: "question" }>): Promise<Ending | null> {
    const { sessionId: sessionID, directory } = this.prompt;
    const request = { id: this.#ports.store.newId("que"), sessionID, questions: step.questions };
    const answers = await this.#abort.race(this.#ports.asks.question(directory, request, step.isNext ?? this.prompt.isApi));
    if (answers === null) return { kind: "refused" };
    if (answers) await this.#message!.say({ do: "say", text: answers.flat().join(" ") }, this.#abort);
    return null;
  }
}
