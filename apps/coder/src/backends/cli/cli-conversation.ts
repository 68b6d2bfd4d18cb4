import type { AttachmentTakes } from "@boocode/shared/attachments/attachment";
import type { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { AgentConversation, BackendLogger, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { Continuity } from "@boocode/shared/agents/agent-session-record";
import type { Usage } from "@boocode/shared/agents/usage";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { cutText } from "@boocode/shared/text/cut-text";
import { measureGroup } from "../../platform/processes/measure-group.ts";
import type { Time } from "../../platform/time.ts";
import { chooseCliMode } from "./choose-cli-mode.ts";
import type { CliProfile } from "./cli-profiles.ts";
import { CliTurn, type CliOutcome, type CliTurnInput } from "./cli-turn.ts";
import { describeLoss } from "./turn-fold.ts";

export interface CliConversationDeps {
  profile: CliProfile;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
  /** The worktree. */
  root: string;
  /** Decides how to start the program for a turn. Faults: `agent_unavailable`, `project_not_trusted`. */
  toStart(
    prompt: Pick<PromptInput, "text" | "handover" | "model" | "attachments">,
    choice: { resume: string | null; mode: string },
  ): Promise<Pick<CliTurnInput, "argv" | "stdin" | "env" | "loginLine">>;
  /** Records that the program ended by itself or could not be started. */
  died(livedMs: number): void;
  /** The agent's session to continue. */
  resume: string | null;
  /** A notice for the first turn. */
  news: string | null;
  /** The agent's program for the protocol did not start. */
  standsIn: boolean;
  takes: AttachmentTakes;
}

/** Ids that can be arguments. */
const SESSION_ID = /^[\w.:][\w.:-]{0,199}$/;
/** The ends that say something about the program, not about the turn. */
const DEATHS: ReadonlySet<TurnEnd["cause"]> = new Set(["agent_exit", "agent_unavailable", "protocol_error"]);

/** The conversation of one chat with one agent's command line: a process for each turn, in the agent's own session. */
export class CliConversation implements AgentConversation {
  readonly closed: Promise<void>;
  readonly #deps: CliConversationDeps;
  readonly #resolveClosed: () => void;
  #sessionId: string | null;
  #continuity: Continuity = "new";
  /** The session's tokens so far, for an agent that counts over a session. */
  #counted: Partial<Usage> | null = null;
  #news: string | null;
  #onCommands: (commands: readonly SlashCommand[]) => void = () => {};
  #turn: CliTurn | null = null;
  #isRunning = false;
  /** Resolves when the last prompt is settled. */
  #settled: Promise<void> = Promise.resolve();
  #isStopAsked = false;
  #isClosed = false;
  #closing: Promise<void> | null = null;

  constructor(deps: CliConversationDeps) {
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.#resolveClosed = closed.resolve;
    this.#deps = deps;
    this.#news = deps.news;
    this.#sessionId = deps.resume;
    if (deps.resume !== null) this.#continuity = "resumed";
  }

  get agentSessionId(): string | null {
    return this.#sessionId;
  }

  get continuity(): Continuity {
    return this.#continuity;
  }

  takes(): AttachmentTakes {
    return this.#deps.takes;
  }

  async prompt(prompt: PromptInput): Promise<TurnEnd> {
    if (this.#isClosed) throw new Error("The conversation is closed");
    if (this.#isRunning) throw new Error("A turn is running in this conversation");
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#isRunning = true;
    this.#settled = promise;
    this.#isStopAsked = false;
    try {
      return await this.#prompt(prompt);
    } catch (error) {
      if (!(error instanceof DomainError)) return failed(prompt, "agent_unavailable", (error as Error).message);
      const { fault } = error;
      if (fault.kind === "project_not_trusted") return failed(prompt, fault.kind, null);
      return failed(prompt, "agent_unavailable", fault.kind === "agent_unavailable" ? fault.hint : error.message);
    } finally {
      this.#turn = null;
      this.#isRunning = false;
      resolve();
    }
  }

  async cancel(): Promise<void> {
    if (this.#isRunning) this.#isStopAsked = true;
    this.#turn?.stop();
  }

  onCommands(tell: (commands: readonly SlashCommand[]) => void): void {
    this.#onCommands = tell;
  }

  /** On its command line an agent asks nothing. */
  async answerPermission(): Promise<void> {}

  async rssBytes(): Promise<number | null> {
    const pid = this.#turn?.pid;
    return pid === undefined ? null : measureGroup(pid);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #prompt(prompt: PromptInput): Promise<TurnEnd> {
    const { mode, label, refused } = chooseCliMode(this.#deps.profile, prompt.mode, this.#deps.standsIn);
    if (this.#news !== null) this.#tell(prompt, `${this.#news} It works in its mode ${label}.`);
    this.#news = null;
    this.#tell(prompt, refused);
    const resume = this.#sessionId !== null && SESSION_ID.test(this.#sessionId) ? this.#sessionId : null;
    const ended = await this.#run(prompt, { resume, mode });
    if (ended.kind === "ended") return ended.end;
    this.#tell(prompt, describeLoss(resume ?? ""));
    this.#sessionId = null;
    this.#counted = {};
    const whole = await prompt.retell?.();
    const again = await this.#run(whole == null ? prompt : { ...prompt, handover: whole }, { resume: null, mode });
    return again.kind === "ended" ? again.end : failed(prompt, "agent_error", "The agent says that it does not have this session.");
  }

  /** Runs one process to its end. `lost`: it did nothing, because it does not have the session. */
  async #run(
    prompt: PromptInput,
    choice: { resume: string | null; mode: string },
  ): Promise<{ kind: "ended"; end: TurnEnd } | { kind: "lost" }> {
    const { profile, time, logger, root } = this.#deps;
    const start = await this.#deps.toStart(prompt, choice);
    const isOver = this.#isClosed ? INTERRUPTED : this.#isStopAsked ? STOPPED : null;
    if (isOver) return { kind: "ended", end: { ...isOver, usage: null, model: prompt.model || "default" } };
    const emit = (event: AgentEvent) => {
      if (event.type === "commands.updated") this.#onCommands(event.commands);
      return prompt.emit(event);
    };
    const startedAt = time.elapsedMs();
    const turn = new CliTurn({ ...start, profile, time, logger, root, resumed: choice.resume, before: this.#counted, emit });
    this.#turn = turn;
    const outcome = await turn.ended;
    this.#learn(turn, choice.resume);
    if (outcome.kind === "lost") return turn.fold.hasActed ? { kind: "ended", end: failed(prompt, "agent_error", null) } : outcome;
    const { cause } = outcome.end;
    if (DEATHS.has(cause)) {
      this.#deps.died(time.elapsedMs() - startedAt);
      logger.warn(
        { cause, exitCode: outcome.end.evidence?.exitCode, signal: outcome.end.evidence?.signal },
        "An agent's command ended by itself",
      );
      // The session outlives the process: the next prompt opens it again.
      if (!this.#isClosed) void this.#leave();
    }
    return { kind: "ended", end: this.#toEnd(prompt, turn, outcome) };
  }

  #toEnd({ model }: PromptInput, { fold }: CliTurn, { end }: Extract<CliOutcome, { kind: "ended" }>): TurnEnd {
    return { ...end, usage: fold.usage, model: cutText(fold.model || model || "default", 200) };
  }

  #learn({ fold }: CliTurn, resumed: string | null): void {
    this.#counted = fold.sessionUsage ?? this.#counted;
    if (fold.sessionId === null) return;
    this.#sessionId = fold.sessionId;
    this.#continuity = fold.sessionId === resumed ? "resumed" : "new";
  }

  #tell({ emit }: PromptInput, text: string | null): void {
    if (text !== null) void emit({ type: "notice", level: "warning", text });
  }

  /** Ends the conversation after a turn whose process died. */
  async #leave(): Promise<void> {
    this.#isClosed = true;
    await this.#settled;
    this.#resolveClosed();
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    const turn = this.#turn;
    turn?.interrupt();
    await this.#settled;
    await turn?.close();
    this.#resolveClosed();
  }
}

const STOPPED = { state: "cancelled", cause: "stopped_by_person", evidence: null } as const;
const INTERRUPTED = { state: "interrupted", cause: "daemon_shutdown", evidence: null } as const;

function failed({ model }: PromptInput, cause: NonNullable<TurnEnd["cause"]>, message: string | null): TurnEnd {
  return {
    state: "failed",
    cause,
    evidence: message === null ? null : { message: cutText(message, 4_000) },
    usage: null,
    model: model || "default",
  };
}
