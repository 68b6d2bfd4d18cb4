import { cutText } from "@boocode/shared/text/cut-text";
import { ModelFailure } from "./model-failure.ts";
import { decodeChunk, type ChunkFacts, type ThoughtSource } from "./decode-chunk.ts";
import { EventReader, NoEventStream, type ServerEvent } from "./event-reader.ts";
import { CallGatherer, type GatheredCall } from "./gather-calls.ts";

/** A run of text or of thought. */
export interface Said {
  kind: "text" | "thought";
  text: string;
}

const EXCERPT_CHARS = 200;
/** The limit of text and thought together: a quarter of a million tokens. */
const MAX_ANSWER_CHARS = 1024 * 1024;
const MAX_ASIDE_CHARS = 500;
/** Short answers are passed on word by word; in longer ones, words that arrive together are joined. */
const SINGLE_RUNS = 8;
/** Events that only keep the connection alive. */
const KEEP_ALIVE = /^(?:ping|pong|keep-?alive|heartbeat)$/i;

/**
 * Reads one model answer in any form a server sends. {@link take} returns the new text, in runs as long as possible; calls are complete at
 * the end. After an error, `failure` is set and nothing more is read, but earlier text can still be taken.
 */
export class AnswerReader {
  readonly #baseUrl: string;
  readonly #usedIds: Set<string>;
  readonly #events = new EventReader();
  readonly #gatherer = new CallGatherer();
  #said: Said[] = [];
  #runs = 0;
  #chars = 0;
  #thoughtSource: ThoughtSource | null = null;
  #hasSaid = false;
  #hasCompletion = false;
  #bytes = 0;
  /** Text sent outside events, used if nothing else arrives. */
  #aside = "";
  /** True once nothing more belongs to the answer. */
  isOver = false;
  failure: ModelFailure | null = null;
  /** The server's finish reason; null if it sent none. */
  finish: string | null = null;
  usage: Record<string, unknown> | null = null;
  calls: GatheredCall[] = [];

  /** `usedIds`: ids of the turn's earlier calls; this answer adds its own. */
  constructor(baseUrl: string, usedIds: Set<string> = new Set()) {
    this.#baseUrl = baseUrl;
    this.#usedIds = usedIds;
  }

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#guard(() => this.#events.push(bytes));
  }

  /** Ends the stream and decides whether the answer is complete. */
  end(): void {
    this.#guard(() => this.#events.end());
    if (this.failure) return;
    if (!this.isOver && this.finish === null) this.failure = this.#describeBreak();
    else this.calls = this.#gatherer.finish(this.#usedIds);
  }

  /** Returns the text since the last call. */
  take(): Said[] {
    const said = this.#said;
    this.#said = [];
    return said;
  }

  #guard(read: () => ServerEvent[]): void {
    if (this.failure) return;
    try {
      for (const event of read()) {
        if (this.isOver || this.failure) return;
        this.#take(event);
      }
    } catch (error) {
      if (!(error instanceof NoEventStream)) throw error;
      this.failure = this.#garbage(error.message);
    }
  }

  #take({ name, data, json }: ServerEvent): void {
    const words = data.trim();
    if (words === "[DONE]" || json === "[DONE]") {
      this.isOver = true;
      return;
    }
    if (KEEP_ALIVE.test(name) || words === "" || words.startsWith(":")) return;
    if (Array.isArray(json)) {
      for (const one of json) this.#take({ name, data: JSON.stringify(one), json: one });
      return;
    }
    const facts = decodeChunk(json, name);
    if (facts) this.#note(facts);
    else if (/^error$/i.test(name)) this.failure = new ModelFailure("model_failed", words);
    // Text that is not JSON is an aside, like a comment.
    else if (json === null || typeof json === "string" || (json === undefined && !/^[{[]/.test(words)))
      this.#aside ||= cutText(words, MAX_ASIDE_CHARS);
    else this.failure = this.#garbage(`sent something that is no answer: ${cutText(words, EXCERPT_CHARS)}`);
  }

  #note(facts: ChunkFacts): void {
    this.#hasCompletion ||= facts.isCompletion;
    // A whole message after its pieces repeats them.
    if (!facts.isWhole || !this.#hasSaid) {
      for (const { kind, source, text } of facts.said) {
        if (kind === "text") this.#say("text", text);
        else if ((this.#thoughtSource ??= source) === source) this.#say("thought", text);
      }
      this.#gatherer.add(facts.calls);
    }
    this.#hasSaid ||= facts.said.length > 0 || facts.calls.length > 0;
    this.finish = facts.finish ?? this.finish;
    this.usage = facts.usage ?? this.usage;
    if (facts.isWhole) this.finish ??= "stop";
    if (this.#gatherer.isTooLarge) this.failure = this.#garbage("sent a call without an end");
    if (facts.error) {
      const { words, status } = facts.error;
      this.failure = new ModelFailure("model_failed", words || "The model reported an error without a message.", status);
    }
  }

  #say(kind: Said["kind"], text: string): void {
    this.#chars += text.length;
    if (this.#chars > MAX_ANSWER_CHARS) {
      this.failure = new ModelFailure("answer_too_long", "The model's answer did not end within 1 MB, and was cut off there.");
      return;
    }
    const last = this.#said.at(-1);
    if (last?.kind === kind && this.#runs > SINGLE_RUNS) last.text += text;
    else {
      this.#said.push({ kind, text });
      this.#runs += 1;
    }
  }

  /** Describes a stream that ended without a finish reason: the answer may be incomplete. */
  #describeBreak(): ModelFailure {
    if (this.#bytes > 0 && !this.#hasCompletion)
      return this.#garbage(`answered, but not as a model does${this.#aside ? `: ${this.#aside}` : "."}`);
    return new ModelFailure("model_stream_broken", `${this.#baseUrl} ended its answer in the middle.`);
  }

  #garbage(what: string): ModelFailure {
    return new ModelFailure("model_garbage", `${this.#baseUrl} ${what}`);
  }
}
