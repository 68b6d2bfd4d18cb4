import type { AnswerReader } from "./answer-reader.ts";
import { encodeEnd, encodeSaid } from "./encode-answer.ts";
import type { ModelFailure } from "./model-failure.ts";
import type { SilenceWatch } from "./silence-watch.ts";

/** Text within this time is joined into one piece: each piece is costly in the SDK, and a person sees no difference. */
const WINDOW_MS = 16;
/** The window after a busy one: more pieces from a fast model do not look smoother. */
const BUSY_WINDOW_MS = 40;
const BUSY_PIECES = 10;
/** How long a server may take to close or to report usage after its finish reason. */
const AFTERWARDS_MS = 3_000;

type Piece = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]>>;

export interface AnswerStreamInput {
  reader: ReadableStreamDefaultReader<Uint8Array>;
  answer: AnswerReader;
  silence: SilenceWatch;
  /** Aborted if the person stops or the model is silent for too long. */
  signal: AbortSignal;
  onFailure: (failure: ModelFailure) => ModelFailure;
  /** Makes the failure for a connection that breaks during an answer. */
  toBroken: (error: unknown) => ModelFailure;
}

/** Reads a model's answer and passes it on in one plain form, in few pieces: the first words at once, later ones joined. */
export class AnswerStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #input: AnswerStreamInput;
  readonly #encoder = new TextEncoder();
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #lastSentAt = 0;
  #windowMs = WINDOW_MS;
  /** How many pieces arrived since the last one was sent. */
  #pieces = 0;
  #timer: NodeJS.Timeout | null = null;
  #room: PromiseWithResolvers<void> | null = null;
  #isCancelled = false;

  constructor(input: AnswerStreamInput) {
    this.#input = input;
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        void this.#run();
      },
      pull: () => this.#room?.resolve(),
      cancel: async (reason) => {
        this.#isCancelled = true;
        this.#room?.resolve();
        await input.reader.cancel(reason);
      },
    });
  }

  async #run(): Promise<void> {
    const { reader, answer, silence, signal, onFailure, toBroken } = this.#input;
    try {
      await this.#read();
    } catch (error) {
      // A failure after the finish reason does not affect the answer.
      if (!signal.aborted && answer.finish === null) onFailure(toBroken(error));
    } finally {
      silence.close();
      await reader.cancel().catch(() => {});
    }
    answer.end();
    if (answer.failure) onFailure(answer.failure);
    this.#end();
  }

  async #read(): Promise<void> {
    const { reader, answer, silence } = this.#input;
    while (!this.#isCancelled) {
      const reading = silence.during(reader.read());
      const { done, value } = answer.finish === null && !answer.isOver ? await reading : await this.#orLate(reading);
      if (done) return;
      answer.push(value);
      if (answer.failure) return;
      await this.#giveOn();
    }
  }

  /** Returns the next piece, or the end if that takes too long: the answer itself is complete. */
  async #orLate(reading: Promise<Piece>): Promise<Piece> {
    const late = Promise.withResolvers<Piece>();
    const timer = setTimeout(() => late.resolve({ done: true, value: undefined }), this.#input.answer.isOver ? 0 : AFTERWARDS_MS);
    reading.catch(() => {});
    try {
      return await Promise.race([reading, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends the available text at once, or joined with more from the window. Waits while the SDK has not consumed the last piece. */
  async #giveOn(): Promise<void> {
    this.#pieces += 1;
    const waitMs = this.#lastSentAt + this.#windowMs - performance.now();
    if (waitMs <= 0) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), waitMs);
    if ((this.#controller.desiredSize ?? 0) > 0 || this.#isCancelled) return;
    this.#room = Promise.withResolvers();
    await this.#room.promise;
    this.#room = null;
  }

  #send(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const said = this.#input.answer.take();
    if (said.length === 0 || this.#isCancelled) return;
    this.#lastSentAt = performance.now();
    this.#windowMs = this.#pieces > BUSY_PIECES ? BUSY_WINDOW_MS : WINDOW_MS;
    this.#pieces = 0;
    this.#controller.enqueue(this.#encoder.encode(encodeSaid(said)));
  }

  /** Always ends the stream normally, because an error would discard unread text; the reader checks the failure. */
  #end(): void {
    const { answer } = this.#input;
    this.#send();
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#controller.enqueue(this.#encoder.encode(encodeEnd(answer.calls)));
    this.#controller.close();
  }
}
