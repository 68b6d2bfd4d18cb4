import { cutText } from "@boocode/shared/text/cut-text";
import { BAD_LINE_LIMITS, decideBadLine, type BadLines } from "@boocode/shared/agents/decide-bad-lines";
import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import type { ReplayWord } from "@boocode/shared/agents/replay";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import type { Time } from "../../platform/time.ts";
import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import { AgentProcess } from "./agent-process.ts";
import { NOBODY_ASKED } from "./permission-asks.ts";
import { toReplayWord } from "./replay-filter.ts";
import type { SessionListener } from "./session-listener.ts";
import { SessionState } from "./session-state.ts";
import { UnaskedWords } from "./unasked-words.ts";
import { AcpConnection } from "./wire/acp-connection.ts";
import type { DecodedUpdate, PermissionAsk, PermissionOutcome, SessionUpdate } from "./wire/acp-wire.ts";

/** Why a session is over. */
export interface SessionLoss {
  cause: "agent_exit" | "protocol_error";
  evidence: TaskEvidence;
}

export interface AcpSessionInput {
  argv: readonly string[];
  /** Where the program runs. */
  cwd: string;
  env: Readonly<Record<string, string>>;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
}

const MAX_SHOWN_LINES = 5;
const MAX_STOPPED = 200;
/** How long after a stop what an agent says is what is left of the stopped turn. */
const MUTED_MS = 2_000;
const MAX_REPLAYED = 20_000;
const MAX_QUOTED_CHARS = 300;

/** A program that speaks ACP, with one session in it. */
export class AcpSession {
  readonly state = new SessionState();
  /** What the agent calls its ways to log in, for when it wants one. */
  loginWays: readonly string[] = [];
  /** Resolves when nothing more comes of it. It may still be on its way out: see {@link close}. */
  readonly gone: Promise<SessionLoss>;
  readonly connection: AcpConnection;
  /** What it does while nobody asked it anything. */
  readonly unasked = new UnaskedWords();
  /** What is told with the next turn: how the session came to be what it is. */
  #news: string | null = null;
  readonly #input: AcpSessionInput;
  readonly #process: AgentProcess;
  readonly #lose: (loss: SessionLoss) => void;
  readonly #unknown = new Set<string>();
  readonly #stopped = new Set<string>();
  #badLines: BadLines = [];
  #badLineCount = 0;
  /** What it wrote in place of the protocol, first of all. */
  #firstBadLine = "";
  /** Why it was ended, where it wrote too much that is no message. */
  #complaint: string | null = null;
  #sessionId: string | null = null;
  #continuity: Continuity = "new";
  #listener: SessionListener | null = null;
  /** An earlier session is or was loaded, and no turn is over since: the agent tells again what the journal has, also behind its answer. */
  #isReplaying = false;
  #replayed: ReplayWord[] = [];
  #isMuted = false;
  #unmute = () => {};
  #isClosing = false;

  constructor(input: AcpSessionInput) {
    const gone = Promise.withResolvers<SessionLoss>();
    this.gone = gone.promise;
    this.#lose = gone.resolve;
    this.#input = input;
    this.connection = new AcpConnection({
      write: (line) => this.#process.write(line),
      time: input.time,
      onAsk: (ask) => this.#onAsk(ask),
      onUpdate: (decoded) => this.#onUpdate(decoded),
      onBadLine: (reason, head) => this.#onBadLine(reason, head),
      onBroken: () => this.#end("The connection to the agent broke."),
    });
    this.#process = new AgentProcess({
      argv: input.argv,
      cwd: input.cwd,
      env: input.env,
      onLine: (line) => this.connection.take(line),
      onTooLarge: (bytes) => {
        this.connection.tooLarge(bytes);
        this.#listener?.onLost(
          `The agent sent a message of ${Math.round(bytes / 1024 / 1024)} MB, which is too large and was passed over.`,
        );
      },
    });
    void this.#process.exited.then((evidence) => {
      this.connection.close();
      this.unasked.drop();
      this.#lose(this.#toLoss(evidence));
      if (this.#badLineCount > 0) input.logger.info({ badLines: this.#badLineCount }, "An agent wrote lines that are no messages");
    });
  }

  get sessionId(): string {
    if (this.#sessionId === null) throw new Error("The session is not open");
    return this.#sessionId;
  }

  get continuity(): Continuity {
    return this.#continuity;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get stderrTail(): string {
    return this.#process.stderrTail;
  }

  /** Whether its end is asked for from here. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** What it wrote in place of the protocol, first of all: empty where it did not. */
  get firstBadLine(): string {
    return this.#firstBadLine;
  }

  /** From now on this is the agent's session. */
  name(sessionId: string, continuity: Continuity): void {
    this.#sessionId = sessionId;
    this.#continuity = continuity;
  }

  /** From now on it tells an earlier session again, until the first turn is over. */
  beginReplay(): void {
    this.#isReplaying = true;
  }

  /** It has no earlier session: all that it tells is new. */
  endReplay(): void {
    this.#isReplaying = false;
    this.#replayed = [];
  }

  /** A turn was stopped: what still comes of it is nothing that the agent goes on with by itself. */
  mute(): void {
    this.#unmute();
    this.#isMuted = true;
    this.#unmute = this.#input.time.after(MUTED_MS, () => (this.#isMuted = false));
  }

  /** Questions that a stop cancelled: some agents ask them again in a later turn. */
  noteStopped(keys: readonly string[]): void {
    for (const key of keys) if (this.#stopped.size < MAX_STOPPED) this.#stopped.add(key);
  }

  /** Whether a stop had cancelled this question; once. */
  forgetStopped(key: string): boolean {
    return this.#stopped.delete(key);
  }

  /** Leaves a word for the next turn. */
  leaveNews(text: string): void {
    this.#news = text;
  }

  /** What was left for this turn, once. */
  takeNews(): string | null {
    const text = this.#news;
    this.#news = null;
    return text;
  }

  /** Who is told what happens; null: nobody, between turns. */
  listen(listener: SessionListener | null): void {
    this.#listener = listener;
    if (listener !== null) return;
    this.#isReplaying = false;
    this.#replayed = [];
    this.unasked.remind();
  }

  /** What it has told again of an earlier session so far; null where it may not go on with that. */
  get replayed(): readonly ReplayWord[] | null {
    return this.#isReplaying ? this.#replayed : null;
  }

  signal(signal: "SIGINT" | "SIGTERM"): void {
    this.#process.signal(signal);
  }

  /** Ends its process with everything it started. Idempotent. */
  async close(graceMs?: number): Promise<void> {
    this.#isClosing = true;
    await this.#process.close(graceMs);
    this.connection.close();
  }

  #onUpdate(decoded: Exclude<DecodedUpdate, { kind: "unreadable" }>): void | Promise<void> {
    if (decoded.kind === "unknown") return this.#noteUnknown(decoded.name);
    if (this.#sessionId !== null && decoded.sessionId !== this.#sessionId) return;
    try {
      return this.#take(decoded.update);
    } catch (error) {
      // A mistake of ours must not make the agent mute.
      this.#input.logger.error({ err: error }, "A message of an agent could not be taken");
    }
  }

  #take(update: SessionUpdate): void | Promise<void> {
    if (this.#listener) return this.#listener.onUpdate(update);
    if (this.state.take(update)) return;
    if (this.#isReplaying) return this.#noteReplayed(update);
    if (!this.#isMuted && this.unasked.update(update)) return;
    this.#input.logger.debug({ update: update.sessionUpdate }, "An agent said something after its turn");
  }

  #noteReplayed(update: SessionUpdate): void {
    const word = toReplayWord(update);
    if (word !== null && this.#replayed.length < MAX_REPLAYED) this.#replayed.push(word);
  }

  async #onAsk(ask: PermissionAsk): Promise<PermissionOutcome> {
    if (this.#listener) return this.#listener.onAsk(ask);
    return this.#isReplaying || this.#isMuted ? NOBODY_ASKED : this.unasked.ask(ask);
  }

  #noteUnknown(name: string): void {
    if (this.#unknown.has(name) || this.#unknown.size >= 100) return;
    this.#unknown.add(name);
    this.#input.logger.info({ update: name }, "An agent sends updates that BooCode does not know");
  }

  #onBadLine(reason: string, head: string): void {
    const { logger, time } = this.#input;
    this.#badLineCount += 1;
    this.#firstBadLine ||= cutText(head, MAX_QUOTED_CHARS);
    // The head has at most 512 bytes: enough to find out who writes there.
    if (this.#badLineCount <= MAX_SHOWN_LINES) logger.warn({ reason, head }, "An agent wrote a line that is no message");
    const { lines, isTooMany } = decideBadLine(this.#badLines, BAD_LINE_LIMITS, time.elapsedMs());
    this.#badLines = lines;
    if (!isTooMany) return;
    const { maxLines, windowMs } = BAD_LINE_LIMITS;
    this.#end(
      `The agent wrote ${maxLines} lines within ${windowMs / 1_000} s that are no messages of the Agent Client Protocol (the first one: “${this.#firstBadLine}”).`,
    );
  }

  #end(complaint: string): void {
    this.connection.close();
    // Told with its end: what it said on its standard error may not be read yet.
    this.#complaint ??= complaint;
    void this.#process.close(0);
  }

  #toLoss(exit: TaskEvidence): SessionLoss {
    if (this.#complaint === null) return { cause: "agent_exit", evidence: exit };
    const { stderrTail } = exit;
    return { cause: "protocol_error", evidence: { message: this.#complaint, ...(stderrTail === undefined ? {} : { stderrTail }) } };
  }
}
