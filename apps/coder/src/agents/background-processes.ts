import { MAX_BACKGROUND, toShownCommand, type BackgroundProcess } from "@boocode/shared/agents/background-process";
import { decideBackground, decideLeftByTurn } from "@boocode/shared/agents/decide-left-running";
import { ChatId, type SessionId, type TaskId } from "@boocode/shared/ids";
import type { Logger } from "../platform/logger.ts";
import { killTree } from "../platform/processes/process.ts";
import type { MarkedProcess, ProcessTable } from "../platform/processes/table/process-table.ts";
import { SYSTEM_TABLE } from "../platform/processes/table/system-table.ts";
import { readWorkMark, WORK_MARKER } from "../platform/processes/work-mark.ts";
import { RUN_MARKER } from "./reap-orphans.ts";

export interface BackgroundProcessesDeps {
  /** Of this start of the daemon. */
  runId: string;
  logger: Logger;
  /** Processes of these chats began, ended, or count as background by now. */
  onChanged(sessionId: SessionId, chatIds: readonly ChatId[]): void;
  table?: ProcessTable;
}

/** A turn that has begun. */
export interface TurnMark {
  sessionId: SessionId;
  chatId: ChatId;
  taskId: TaskId;
  /** The agent's own name for the chat: a server that works for many marks by it what it starts. */
  agentSessionId: string | null;
}

interface Turn extends TurnMark {
  /** In the table's units. */
  startedAt: number;
  isOver: boolean;
}

interface Marked extends MarkedProcess {
  chatId: ChatId | null;
}

/** Turns of a chat that are remembered: what is older was started by the oldest of them, as far as is told. */
const MAX_TURNS = 200;
/** How long after its own beginning an agent still starts helpers of its own. */
const OPENING_SECONDS = 2;
const GRACE_MS = 1_500;

/** What agents' commands left running: shown while it lives, and ended with the turn that was stopped, the chat, the session, the daemon. */
export class BackgroundProcesses {
  readonly #deps: BackgroundProcessesDeps;
  readonly #table: ProcessTable;
  readonly #turns = new Map<ChatId, Turn[]>();
  /** What was listed last, for while a turn runs. */
  readonly #known = new Map<SessionId, BackgroundProcess[]>();
  readonly #agentSessions = new Map<string, { sessionId: SessionId; chatId: ChatId }>();

  constructor(deps: BackgroundProcessesDeps) {
    this.#deps = deps;
    this.#table = deps.table ?? SYSTEM_TABLE;
  }

  /** A turn begins: what is started from now on is its. */
  begin(mark: TurnMark): void {
    const turns = this.#turns.get(mark.chatId) ?? [];
    turns.push({ ...mark, startedAt: this.#table.now(), isOver: false });
    this.#turns.set(mark.chatId, turns.slice(-MAX_TURNS));
    const { sessionId, chatId } = mark;
    if (mark.agentSessionId !== null) this.#agentSessions.set(mark.agentSessionId, { sessionId, chatId });
  }

  /**
   * A turn is over. Where it was stopped, what it left running is ended first: it resolves when that is gone, and nobody writes into the
   * worktree for that turn any more. Answers the commands it ended. Never rejects.
   */
  async end({ sessionId, chatId, taskId }: Pick<TurnMark, "sessionId" | "chatId" | "taskId">, wasStopped: boolean): Promise<string[]> {
    const turn = this.#turns.get(chatId)?.find((one) => one.taskId === taskId);
    if (!turn) return [];
    turn.isOver = true;
    if (!wasStopped) return [];
    try {
      const processes = await this.#list(sessionId, (one) => one.chatId === chatId);
      const look = { processes: toRunning(processes), daemon: process.pid, turnStartedAt: turn.startedAt };
      const left = new Set(decideLeftByTurn({ ...look, openingTime: OPENING_SECONDS * this.#table.unitsPerSecond }));
      return await this.#endAll(processes.filter(({ pid }) => left.has(pid)));
    } catch (error) {
      this.#deps.logger.warn({ err: error, taskId }, "What a stopped turn left running could not be looked for");
      return [];
    }
  }

  /**
   * What runs for a session in the background, oldest first. To look through all processes of the machine takes its time, so it is not
   * done while a turn runs: a prompt must not wait for it.
   */
  async list(sessionId: SessionId): Promise<BackgroundProcess[]> {
    const turns = [...this.#turns.values()].flat().filter((turn) => turn.sessionId === sessionId);
    // Earlier runs of the daemon left nothing, and this one has started nothing yet that could be left.
    if (!turns.some(({ isOver }) => isOver)) return [];
    const known = this.#known.get(sessionId);
    if (known && turns.some(({ isOver }) => !isOver)) return this.#keepLiving(known);
    const listed = await this.#lookFor(sessionId);
    this.#known.set(sessionId, listed);
    return listed;
  }

  async #keepLiving(known: readonly BackgroundProcess[]): Promise<BackgroundProcess[]> {
    const found = await Promise.all(known.map(({ pid }) => this.#table.find(pid)));
    return known.filter(({ startTime }, place) => found[place]?.startTime === startTime && !found[place].isZombie);
  }

  async #lookFor(sessionId: SessionId): Promise<BackgroundProcess[]> {
    const background = (await this.#listBackground(sessionId)).toSorted((a, b) => Number(a.startTime) - Number(b.startTime));
    return Promise.all(
      background.slice(0, MAX_BACKGROUND).map(async ({ pid, startTime, chatId }) => ({
        pid,
        startTime,
        chatId,
        taskId: chatId === null ? null : this.#findTurn(chatId, Number(startTime)),
        command: toShownCommand(await this.#table.readArgv(pid)),
      })),
    );
  }

  /** Ends one that is listed, with everything it started. False where it is not there any more. */
  async endOne(sessionId: SessionId, { pid, startTime }: { pid: number; startTime: string }): Promise<boolean> {
    const found = (await this.#listBackground(sessionId)).filter((one) => one.pid === pid && one.startTime === startTime);
    return (await this.#endAll(found)).length > 0;
  }

  /** The chat was closed: nothing of it goes on. Agents' own processes are the pool's to end. Never rejects. */
  async endChat(sessionId: SessionId, chatId: ChatId): Promise<void> {
    await this.#endMarked(sessionId, (one) => one.chatId === chatId);
    // A turn that is about to end has its own to end yet.
    if (this.#turns.get(chatId)?.every(({ isOver }) => isOver)) this.#turns.delete(chatId);
  }

  /** The session was put away: nothing of it goes on. Never rejects. */
  async endSession(sessionId: SessionId): Promise<void> {
    this.#known.delete(sessionId);
    await this.#endMarked(sessionId, () => true);
  }

  /** The daemon leaves: nothing that it started goes on. Never rejects. */
  async close(): Promise<void> {
    try {
      const marked = await this.#table.listMarked(RUN_MARKER);
      const own = marked.filter(({ value }) => value === this.#deps.runId);
      await Promise.all(own.map(({ pid, startTime }) => killTree(pid, startTime, { graceMs: GRACE_MS, table: this.#table })));
    } catch (error) {
      this.#deps.logger.warn({ err: error }, "What still runs could not be looked for");
    }
  }

  async #endMarked(sessionId: SessionId, which: (one: Marked) => boolean): Promise<void> {
    try {
      const marked = await this.#list(sessionId, which);
      await this.#endAll(marked.filter(({ parent }) => parent !== process.pid));
      this.#changed(sessionId, marked);
    } catch (error) {
      this.#deps.logger.warn({ err: error, sessionId }, "What a session left running could not be looked for");
    }
  }

  async #endAll(processes: readonly Marked[]): Promise<string[]> {
    const commands = await Promise.all(processes.map(async ({ pid }) => toShownCommand(await this.#table.readArgv(pid))));
    const gone = await Promise.all(
      processes.map(({ pid, startTime }) => killTree(pid, startTime, { graceMs: GRACE_MS, table: this.#table })),
    );
    for (const [place, { pid }] of processes.entries())
      if (!gone[place]) this.#deps.logger.warn({ pid }, "What an agent left running could not be ended");
    return commands.filter((_, place) => gone[place]);
  }

  async #listBackground(sessionId: SessionId): Promise<Marked[]> {
    const marked = await this.#list(sessionId, () => true);
    const chats = Map.groupBy(marked, ({ chatId }) => chatId);
    return [...chats].flatMap(([chatId, processes]) => {
      const turns = chatId === null ? [] : (this.#turns.get(chatId) ?? []);
      const running = turns.find(({ isOver }) => !isOver);
      const background = new Set(
        decideBackground({
          processes: toRunning(processes),
          daemon: process.pid,
          turnsStartedAt: turns.map(({ startedAt }) => startedAt),
          runningSince: running?.startedAt ?? null,
        }),
      );
      return processes.filter(({ pid }) => background.has(pid));
    });
  }

  async #list(sessionId: SessionId, which: (one: Marked) => boolean): Promise<Marked[]> {
    const marked = await this.#table.listMarked(WORK_MARKER);
    return marked
      .flatMap((one) => {
        const owner = this.#findOwner(one.value);
        return owner?.sessionId === sessionId ? [{ ...one, chatId: owner.chatId }] : [];
      })
      .filter(which);
  }

  #findOwner(value: string): { sessionId: string; chatId: ChatId | null } | null {
    const mark = readWorkMark(value);
    if (mark?.kind === "agentSession") return this.#agentSessions.get(mark.agentSessionId) ?? null;
    return mark && { sessionId: mark.sessionId, chatId: mark.chatId === null ? null : ChatId.parse(mark.chatId) };
  }

  #findTurn(chatId: ChatId, startedAt: number): TaskId | null {
    return this.#turns.get(chatId)?.findLast((turn) => turn.startedAt <= startedAt)?.taskId ?? null;
  }

  #changed(sessionId: SessionId, marked: readonly Marked[]): void {
    const chatIds = [...new Set(marked.flatMap(({ chatId }) => chatId ?? []))];
    this.#deps.onChanged(sessionId, chatIds);
  }
}

const toRunning = (processes: readonly Marked[]) =>
  processes.map(({ pid, parent, startTime }) => ({ pid, parent, startedAt: Number(startTime) }));
