import { setImmediate as nextTurn } from "node:timers/promises";
import type { ModelMessage } from "ai";
import type { ResolvedModel } from "./model-catalog.ts";
import type { ModelSdk } from "./model-sdk.ts";
import type { PartWriter } from "./part-writer.ts";
import type { Toolbox } from "./tools/toolbox.ts";
import type { GatheredCall } from "./wire/gather-calls.ts";
import { toModelFailure } from "./wire/model-failure.ts";
import { ThoughtSplitter, type TextPiece } from "./wire/split-thoughts.ts";
import { watchRequest } from "./wire/watched-fetch.ts";

/** How long one stream may block the event loop. */
const MAX_BUSY_MS = 5;

export interface StepInput {
  sdk: ModelSdk;
  model: ResolvedModel;
  toolbox: Toolbox;
  /** What the model is told in front of the messages. */
  instructions: string;
  messages: ModelMessage[];
  /** False: the tools are described, because the messages use them, but the model may not call any. */
  mayCallTools: boolean;
  signal: AbortSignal;
  parts: PartWriter;
  stallMs: number;
  /** Ids of the turn's calls so far; this step adds its own. */
  usedIds: Set<string>;
}

/** The result of one request to the model. */
export interface StepEnd {
  text: string;
  hasThought: boolean;
  calls: readonly GatheredCall[];
  /** The server's finish reason. */
  finish: string | null;
  /** The usage as the endpoint sent it. */
  usage: Record<string, unknown> | null;
}

/** Asks the model once and streams its answer into `parts`. Throws `ModelFailure`, or the abort's reason. */
export async function streamStep({
  sdk,
  model,
  toolbox,
  instructions,
  messages,
  mayCallTools,
  signal,
  parts,
  stallMs,
  usedIds,
}: StepInput): Promise<StepEnd> {
  const watched = watchRequest(stallMs, model.endpoint.baseUrl, usedIds);
  const said = new SaidWriter(parts);
  try {
    const { stream } = sdk.streamText({
      model: sdk.connect(model, watched.fetch),
      instructions,
      messages,
      tools: sdk.toTools(toolbox),
      ...(mayCallTools ? {} : { toolChoice: "none" as const }),
      maxRetries: 0,
      abortSignal: signal,
      // Errors arrive as parts of the stream; the default handler would also print them.
      onError: () => {},
    });
    let lastYieldAt = performance.now();
    for await (const part of stream) {
      // Buffered pieces are processed in microtasks, so a fast model would block everything else.
      if (performance.now() - lastYieldAt > MAX_BUSY_MS) {
        await nextTurn();
        lastYieldAt = performance.now();
      }
      if (part.type === "text-delta") await said.text(part.text);
      else if (part.type === "reasoning-delta") await said.thought(part.text);
      else if (part.type === "error") throw part.error;
      else if (part.type === "abort") signal.throwIfAborted();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw watched.failure ?? toModelFailure(error);
  } finally {
    await said.end();
  }
  signal.throwIfAborted();
  if (watched.failure) throw watched.failure;
  const { calls, finish, usage } = watched.answer;
  return { text: said.words, hasThought: said.hasThought, calls, finish, usage };
}

/** Writes an answer's text and thoughts, including thoughts inside the text. */
class SaidWriter {
  readonly #parts: PartWriter;
  readonly #splitter = new ThoughtSplitter();
  #words: string[] = [];
  #open: "text" | "thought" | null = null;
  hasThought = false;

  constructor(parts: PartWriter) {
    this.#parts = parts;
  }

  /** The whole text, without thoughts. */
  get words(): string {
    return this.#words.filter((part) => part !== "").join("\n\n");
  }

  async text(text: string): Promise<void> {
    for (const piece of this.#splitter.push(text)) await this.#write(piece);
  }

  async thought(text: string): Promise<void> {
    for (const piece of this.#splitter.end()) await this.#write(piece);
    this.#splitter.turnOff();
    await this.#write({ kind: "thought", text });
  }

  async end(): Promise<void> {
    for (const piece of this.#splitter.end()) await this.#write(piece);
    this.#close();
  }

  async #write(piece: TextPiece): Promise<void> {
    if (piece.kind === "was_thought") {
      this.hasThought = true;
      this.#parts.turnIntoThought();
      this.#words = [];
      this.#open = null;
      return;
    }
    if (this.#open !== null && this.#open !== piece.kind) this.#close();
    this.#open = piece.kind;
    this.hasThought ||= piece.kind === "thought" && piece.text.trim() !== "";
    await this.#parts.write(piece.kind, piece.text);
  }

  #close(): void {
    const text = this.#parts.end();
    if (this.#open === "text") this.#words.push(text);
    this.#open = null;
  }
}
