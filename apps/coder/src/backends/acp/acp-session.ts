import { cutText } from "@boocode/shared/text/cut-text";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { BAD_LINE_LIMITS, decideBadLine, type BadLines } from "@boocode/shared/agents/decide-bad-lines";
import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import type { ReplayWord } from "@boocode/shared/agents/turns/replay";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { pause, type Time } from "../../platform/time.ts";
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
  /** The program's working directory. */
  cwd: string;
  env: Readonly<Record<string, string>>;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
}

const MAX_SHOWN_LINES = 5;
const MAX_STOPPED = 200;
/** How long after a stop an agent's output still counts as part of the stopped turn. */
const MUTED_MS = 2_000;
const MAX_REPLAYED = 20_000;
/** How long a replay must have been quiet to count as over, and how long is waited at most. */
const REPLAY_QUIET_MS = 100;
const REPLAY_LIMIT_MS = 2_000;
const MAX_QUOTED_CHARS = 300;

type AgentNotice = Extract<AgentEvent, { type: "notice" }>;

/** A program that speaks ACP, with one session in it. */
export class AcpSession {
  readonly state = new SessionState();
  /** Whether another process can continue this session. */
  canResume = true;
  /** Whether the agent takes images, and texts as resources of their own. */
  takesImages = false;
  embeds = false;
  /** The agent's names for its login methods, for when it requires a login. */
  loginWays: readonly string[] = [];
  /** Resolves when no more output comes. The process may still be ending; see {@link close}. */
  readonly gone: Promise<SessionLoss>;
  readonly connection: AcpConnection;
  /** Holds what the agent does while no prompt is open. */
  readonly unasked = new UnaskedWords();
  /** What it did by itself before it was gone, and no turn has taken. */
  unheard: readonly SessionUpdate[] = [];
  /** A notice for the next turn about how the session was opened. */
  #news: AgentNotice | null = null;
  readonly #input: AcpSessionInput;
  readonly #process: AgentProcess;
  readonly #lose: (loss: SessionLoss) => void;
  readonly #unknown = new Set<string>();
  readonly #stopped = new Set<string>();
  #badLines: BadLines = [];
  #badLineCount = 0;
  /** The first line it wrote that is not a protocol message. */
  #firstBadLine = "";
  /** Why it was ended for writing too many lines that are not messages; null if it was not. */
  #complaint: string | null = null;
  #sessionId: string | null = null;
  #continuity: Continuity = "new";
  #listener: SessionListener | null = null;
  /** True from loading an earlier session until the first turn ends. The agent replays what the journal already has, even after its answer. */
  #isReplaying = false;
  #replayed: ReplayWord[] = [];
  #updateCount = 0;
  #isReplayAwaited = false;
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
        this.#listener?.onLost(`The agent sent a message of ${Math.round(bytes / 1024 / 1024)} MB, which is too large and was skipped.`);
      },
    });
    void this.#process.exited.then((evidence) => {
      this.connection.close();
      this.unheard = this.unasked.leave();
      this.#lose(this.#toLoss(evidence));
      if (this.#badLineCount > 0) input.logger.info({ badLines: this.#badLineCount }, "An agent wrote lines that are not messages");
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

  /** Whether BooCode is closing it. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** The first line it wrote that is not a protocol message; empty if there is none. */
  get firstBadLine(): string {
    return this.#firstBadLine;
  }

  /** Sets the agent's session. */
  name(sessionId: string, continuity: Continuity): void {
    this.#sessionId = sessionId;
    this.#continuity = continuity;
    this.state.isContinued = continuity === "resumed";
  }

  /** Starts treating updates as a replay of an earlier session, until the first turn ends. */
  beginReplay(): void {
    this.#isReplaying = true;
  }

  /**
   * Resolves once a loaded session's replay has been quiet for a moment. Whatever comes before the prompt is sent cannot answer it, so
   * nothing has to be compared.
   */
  async endOfReplay(): Promise<void> {
    if (!this.#isReplaying || this.#isReplayAwaited) return;
    this.#isReplayAwaited = true;
    for (let waited = 0; waited < REPLAY_LIMIT_MS; waited += REPLAY_QUIET_MS) {
      const before = this.#updateCount;
      await pause(this.#input.time, REPLAY_QUIET_MS);
      if (this.#updateCount === before) return;
    }
  }

  /** Stops the replay: there is no earlier session, so all updates are new. */
  endReplay(): void {
    this.#isReplaying = false;
    this.#replayed = [];
  }

  /** Ignores late output of a stopped turn, so that it does not count as a turn the agent began by itself. */
  mute(): void {
    this.#unmute();
    this.#isMuted = true;
    this.#unmute = this.#input.time.after(MUTED_MS, () => (this.#isMuted = false));
  }

  /** Remembers the questions that a stop cancelled, because some agents ask them again in a later turn. */
  noteStopped(keys: readonly string[]): void {
    for (const key of keys) if (this.#stopped.size < MAX_STOPPED) this.#stopped.add(key);
  }

  /** Returns whether a stop cancelled this question, and forgets it. */
  forgetStopped(key: string): boolean {
    return this.#stopped.delete(key);
  }

  /** Stores a notice for the next turn. */
  leaveNews(level: AgentNotice["level"], text: string): void {
    this.#news = { type: "notice", level, text };
  }

  /** Returns the stored notice and clears it. */
  takeNews(): AgentNotice | null {
    const news = this.#news;
    this.#news = null;
    return news;
  }

  /** Sets the listener for updates; null between turns. */
  listen(listener: SessionListener | null): void {
    this.#listener = listener;
    if (listener !== null) return;
    this.#isReplaying = false;
    this.#replayed = [];
    this.unasked.remind();
  }

  /** The replayed updates of an earlier session so far; null if no replay is expected. */
  get replayed(): readonly ReplayWord[] | null {
    return this.#isReplaying ? this.#replayed : null;
  }

  signal(signal: "SIGINT" | "SIGTERM"): void {
    this.#process.signal(signal);
  }

  /** Ends its process and everything it started. Idempotent. */
  async close(graceMs?: number): Promise<void> {
    this.#isClosing = true;
    await this.#process.close(graceMs);
    this.connection.close();
  }

  #onUpdate(decoded: Exclude<DecodedUpdate, { kind: "unreadable" }>): void | Promise<void> {
    if (decoded.kind === "unknown") return this.#noteUnknown(decoded.name);
    if (this.#sessionId !== null && decoded.sessionId !== this.#sessionId) return;
    this.#updateCount += 1;
    try {
      return this.#take(decoded.update);
    } catch (error) {
      // An error in BooCode must not stop reading the agent.
      this.#input.logger.error({ err: error }, "A message from an agent could not be processed");
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
    // The head has at most 512 bytes: enough to identify what wrote the line.
    if (this.#badLineCount <= MAX_SHOWN_LINES) logger.warn({ reason, head }, "An agent wrote a line that is not a message");
    const { lines, isTooMany } = decideBadLine(this.#badLines, BAD_LINE_LIMITS, time.elapsedMs());
    this.#badLines = lines;
    if (!isTooMany) return;
    const { maxLines, windowMs } = BAD_LINE_LIMITS;
    this.#end(
      `The agent wrote ${maxLines} lines within ${windowMs / 1_000} s that are not Agent Client Protocol messages (the first one: “${this.#firstBadLine}”).`,
    );
  }

  #end(complaint: string): void {
    this.connection.close();
    // Report this with its end, because its standard error may not be read yet.
    this.#complaint ??= complaint;
    void this.#process.close(0);
  }

  #toLoss(exit: TaskEvidence): SessionLoss {
    if (this.#complaint === null) return { cause: "agent_exit", evidence: exit };
    const { stderrTail } = exit;
    return { cause: "protocol_error", evidence: { message: this.#complaint, ...(stderrTail === undefined ? {} : { stderrTail }) } };
  }
}
