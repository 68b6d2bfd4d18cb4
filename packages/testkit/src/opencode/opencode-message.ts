import type { OpencodePrompt, OpencodeReply, OpencodeStep } from "./opencode-steps.ts";
import { noTokens, type OpencodeError, type OpencodeStore, type StoredInfo, type StoredPart } from "./opencode-store.ts";

type Say = Extract<OpencodeStep, { do: "say" }>;
type Emit = (type: string, properties: Record<string, unknown>) => Promise<void>;

/** An abort signal of a turn. */
export interface TurnAbort {
  isAborted(): boolean;
  /** Resolves to undefined if the abort comes first. */
  race<T>(work: Promise<T>): Promise<T | undefined>;
}

interface MessageInput {
  store: OpencodeStore;
  emit: Emit;
  prompt: OpencodePrompt;
  reply: OpencodeReply;
}

/** One message of the assistant, which is one step of its model. Stores the message and emits its events in the reply's style. */
export class OpencodeMessage {
  readonly #input: MessageInput;
  readonly #isParts: boolean;
  readonly #isNext: boolean;
  readonly #counts = { text: 0, reasoning: 0 };
  #info: StoredInfo;
  /** The unfinished part, with its content so far. */
  #open: StoredPart | null = null;

  private constructor(input: MessageInput) {
    const { store, prompt, reply } = input;
    this.#input = input;
    this.#isParts = reply.style !== "next" && !prompt.isApi;
    this.#isNext = reply.style === "next" || reply.style === "both" || prompt.isApi === true;
    this.#info = {
      id: store.newId("msg"),
      parentID: prompt.messageId,
      role: "assistant",
      mode: prompt.agent ?? "build",
      agent: prompt.agent ?? "build",
      path: { cwd: prompt.directory, root: prompt.directory },
      cost: 0,
      tokens: noTokens(),
      modelID: prompt.model?.modelID ?? "scripted",
      providerID: prompt.model?.providerID ?? "scripted",
      time: { created: Date.now() },
      sessionID: prompt.sessionId,
    };
  }

  static async begin(input: MessageInput): Promise<OpencodeMessage> {
    const message = new OpencodeMessage(input);
    await message.#setInfo({});
    await message.#setPart({ ...message.#newPart("step-start"), snapshot: "0".repeat(40) });
    await message.#next("step.started", {
      agent: "build",
      model: { id: message.#info["modelID"], providerID: message.#info["providerID"] },
    });
    return message;
  }

  get id(): string {
    return this.#info.id;
  }

  /** Id of the running tool call; null if there is none. */
  get openCallId(): string | null {
    return this.#open?.type === "tool" ? String(this.#open["callID"]) : null;
  }

  async say(step: Say, abort: TurnAbort): Promise<void> {
    const kind = step.kind ?? "text";
    const part = { ...this.#newPart(kind), text: "", time: { start: Date.now() } };
    this.#open = part;
    this.#input.store.setPart(part);
    const ordinal = this.#counts[kind]++;
    const named = { ...(kind === "text" ? { textID: part.id } : { reasoningID: part.id }), ordinal };
    if (!step.isKindLate) await this.#tellPart(part);
    await this.#next(`${kind}.started`, named);
    for (const piece of step.pieces ?? step.text.match(/\s*\S+|\s+$/g) ?? []) {
      if (abort.isAborted()) return;
      part.text += piece;
      await this.delta(part.id, piece);
      await this.#next(`${kind}.delta`, { ...named, delta: piece });
    }
    if (step.beforeEnd) await abort.race(step.beforeEnd.pass());
    if (abort.isAborted()) return;
    this.#open = null;
    const whole = { ...part, text: step.pieces ? step.pieces.join("") : step.text, time: { ...part.time, end: Date.now() } };
    this.#input.store.setPart(whole);
    for (let count = 0; count < (step.finals ?? 1); count += 1) await this.#tellPart(whole);
    await this.#next(`${kind}.ended`, { ...named, text: whole.text });
  }

  async words(count: number, abort: TurnAbort): Promise<void> {
    const part = { ...this.#newPart("text"), text: "", time: { start: Date.now() } };
    const words = Array.from({ length: count }, (_, index) => `w${index} `);
    await this.#setPart(part);
    for (const word of words) {
      if (abort.isAborted()) return;
      await this.delta(part.id, word);
    }
    await this.#setPart({ ...part, text: words.join(""), time: { ...part.time, end: Date.now() } });
  }

  async delta(partId: string, delta: string): Promise<void> {
    if (!this.#isParts) return;
    await this.#input.emit("message.part.delta", {
      sessionID: this.#info.sessionID,
      messageID: this.id,
      partID: partId,
      field: "text",
      delta,
    });
  }

  /** Begins a tool call. The returned function sets its state and emits an event each time. */
  async tool(
    tool: string,
    input: Record<string, unknown>,
  ): Promise<(state: Record<string, unknown> & { status: string }) => Promise<void>> {
    const callID = this.#input.store.newId("call");
    const part = { ...this.#newPart("tool"), tool, callID };
    const start = Date.now();
    await this.#setPart({ ...part, state: { status: "pending", input: {}, raw: "" } });
    await this.#next("tool.input.started", { callID, name: tool });
    const set = async (state: Record<string, unknown> & { status: string }): Promise<void> => {
      const isOver = state.status === "completed" || state.status === "error";
      const whole = { ...part, state: { input, ...state, time: { start, ...(isOver ? { end: Date.now() } : {}) } } };
      this.#open = isOver ? null : whole;
      await this.#setPart(whole);
      if (state.status === "completed")
        await this.#next("tool.success", {
          callID,
          structured: state["metadata"] ?? {},
          content: [{ type: "text", text: state["output"] }],
          provider: { executed: true },
        });
      if (state.status === "error")
        await this.#next("tool.failed", { callID, error: { type: "unknown", message: state["error"] }, provider: { executed: true } });
    };
    await set({ status: "running" });
    await this.#next("tool.input.ended", { callID, text: JSON.stringify(input) });
    await this.#next("tool.called", { callID, tool, input, provider: { executed: true } });
    return set;
  }

  /** Ends the step normally, after a complete answer. */
  async finish(reason: "stop" | "tool-calls"): Promise<void> {
    const { reply, store } = this.#input;
    const usage = reply.usage ?? { input: 10, output: 5 };
    const tokens = { ...noTokens(), ...usage, total: usage.input + usage.output };
    const cost = reply.cost ?? 0;
    await this.#setPart({ ...this.#newPart("step-finish"), reason, snapshot: "0".repeat(40), tokens, cost });
    await this.#next("step.ended", { finish: reason, cost, tokens: { ...noTokens(), ...usage } });
    await this.#setInfo({ finish: reason, tokens, cost });
    const session = store.find(this.#info.sessionID)?.info;
    if (session) {
      session.cost += cost;
      session.tokens.input += usage.input;
      session.tokens.output += usage.output;
    }
    await this.#setInfo({ time: { ...this.#info.time, completed: Date.now() } });
  }

  /** Ends the step early: streamed text stays as it is, and running tools become errors. */
  async breakOff(error: OpencodeError): Promise<void> {
    const open = this.#open;
    this.#open = null;
    if (open?.type === "tool") {
      const state = { ...(open["state"] as object), status: "error", error: "Tool execution aborted", metadata: { interrupted: true } };
      await this.#setPart({ ...open, state });
    } else if (open) await this.#setPart({ ...open, time: { ...(open["time"] as object), end: Date.now() } });
    await this.#setInfo({ error, time: { ...this.#info.time, completed: Date.now() } });
    await this.#next("step.failed", { error: { type: "unknown", message: error.data.message } });
  }

  #newPart(type: string): StoredPart {
    return { id: this.#input.store.newId("prt"), messageID: this.id, sessionID: this.#info.sessionID, type };
  }

  async #setInfo(patch: Partial<StoredInfo>): Promise<void> {
    this.#info = { ...this.#info, ...patch };
    this.#input.store.setMessage(this.#info);
    await this.#input.emit("message.updated", { sessionID: this.#info.sessionID, info: this.#info });
  }

  async #setPart(part: StoredPart): Promise<void> {
    this.#input.store.setPart(part);
    await this.#tellPart(part);
  }

  async #tellPart(part: StoredPart): Promise<void> {
    if (this.#isParts) await this.#input.emit("message.part.updated", { sessionID: part.sessionID, part, time: Date.now() });
  }

  async #next(kind: string, properties: Record<string, unknown>): Promise<void> {
    if (!this.#isNext) return;
    const common = { timestamp: Date.now(), sessionID: this.#info.sessionID, assistantMessageID: this.id };
    await this.#input.emit(`session.next.${kind}`, { ...common, ...properties });
  }
}
