import type { ModelMessage } from "./model-message.ts";
import type { ResolvedModel } from "./model-catalog.ts";
import type { PartWriter } from "./part-writer.ts";
import type { Toolbox } from "./tools/toolbox.ts";
import { AnswerReader, type Said } from "./wire/answer-reader.ts";
import { askModel } from "./wire/ask-model.ts";
import type { GatheredCall } from "./wire/gather-calls.ts";
import { toModelFailure } from "./wire/model-failure.ts";
import { ThoughtSplitter, type TextPiece } from "./wire/split-thoughts.ts";
import { toRequestBody } from "./wire/to-request-body.ts";

export interface StepInput {
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
export async function streamStep({ model, parts, signal, stallMs, usedIds, ...request }: StepInput): Promise<StepEnd> {
  const { endpoint, modelId } = model;
  const answer = new AnswerReader(endpoint.baseUrl, usedIds);
  const said = new SaidWriter(parts);
  try {
    const body = toRequestBody({ modelId, ...request });
    const onGrown = () => said.write(answer.take());
    await askModel({ endpoint, body, answer, onGrown, signal, stallMs });
  } catch (error) {
    signal.throwIfAborted();
    throw toModelFailure(error);
  } finally {
    await said.end();
  }
  signal.throwIfAborted();
  const { calls, finish, usage } = answer;
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

  async write(runs: readonly Said[]): Promise<void> {
    for (const { kind, text } of runs) {
      if (kind === "text") for (const piece of this.#splitter.push(text)) await this.#write(piece);
      else await this.#thought(text);
    }
  }

  async end(): Promise<void> {
    for (const piece of this.#splitter.end()) await this.#write(piece);
    this.#close();
  }

  async #thought(text: string): Promise<void> {
    for (const piece of this.#splitter.end()) await this.#write(piece);
    this.#splitter.turnOff();
    await this.#write({ kind: "thought", text });
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
