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
/** Of text and thought together: a quarter of a million tokens. */
const MAX_ANSWER_CHARS = 1024 * 1024;
const MAX_ASIDE_CHARS = 500;
/** A short answer is given on word by word; of a long one, words that come together are joined. */
const SINGLE_RUNS = 8;
/** Events that only keep a connection. */
const KEEP_ALIVE = /^(?:ping|pong|keep-?alive|heartbeat)$/i;

/**
 * One answer of a model, read out of whatever its server sends. {@link take} gives what was said since, in runs as long as possible;
 * calls are whole at the end. What is wrong is in `failure`, and then nothing more is read; what came before it can still be taken.
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
  /** What was sent beside events, for when nothing else comes. */
  #aside = "";
  /** Nothing more belongs to the answer. */
  isOver = false;
  failure: ModelFailure | null = null;
  /** Why it ended, in the server's word; null where none came. */
  finish: string | null = null;
  usage: Record<string, unknown> | null = null;
  calls: GatheredCall[] = [];

  /** `usedIds`: ids of calls earlier in the turn; this answer's come to them. */
  constructor(baseUrl: string, usedIds: Set<string> = new Set()) {
    this.#baseUrl = baseUrl;
    this.#usedIds = usedIds;
  }

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#guard(() => this.#events.push(bytes));
  }

  /** The stream is over: decides whether the answer is whole. */
  end(): void {
    this.#guard(() => this.#events.end());
    if (this.failure) return;
    if (!this.isOver && this.finish === null) this.failure = this.#describeBreak();
    else this.calls = this.#gatherer.finish(this.#usedIds);
  }

  /** What was said since it was last asked. */
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
    // Words that are no JSON are said in between, like a comment.
    else if (json === null || typeof json === "string" || (json === undefined && !/^[{[]/.test(words)))
      this.#aside ||= cutText(words, MAX_ASIDE_CHARS);
    else this.failure = this.#garbage(`sent something that is no answer: ${cutText(words, EXCERPT_CHARS)}`);
  }

  #note(facts: ChunkFacts): void {
    this.#hasCompletion ||= facts.isCompletion;
    // A whole message after its pieces says it once more.
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
      this.failure = new ModelFailure("model_failed", words || "The model reported an error without words.", status);
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

  /** The stream ended without saying that it is complete: what came may be half an answer. */
  #describeBreak(): ModelFailure {
    if (this.#bytes > 0 && !this.#hasCompletion)
      return this.#garbage(`answered, but not as a model does${this.#aside ? `: ${this.#aside}` : "."}`);
    return new ModelFailure("model_stream_broken", `${this.#baseUrl} ended its answer in the middle.`);
  }

  #garbage(what: string): ModelFailure {
    return new ModelFailure("model_garbage", `${this.#baseUrl} ${what}`);
  }
}
