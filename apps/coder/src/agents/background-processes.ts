import { MAX_BACKGROUND, toShownCommand, type BackgroundProcess } from "@boocode/shared/agents/processes/background-process";
import { decideEscaped } from "@boocode/shared/agents/processes/decide-escaped";
import { decideBackground, decideLeftByTurn } from "@boocode/shared/agents/processes/decide-left-running";
import { ChatId, type SessionId, type TaskId } from "@boocode/shared/ids";
import type { Logger } from "../platform/logger.ts";
import { killTree } from "../platform/processes/process.ts";
import type { RunCgroup } from "../platform/processes/run-cgroup.ts";
import { isIn, type ProcessEntry, type ProcessTable } from "../platform/processes/table/process-table.ts";
import { SYSTEM_TABLE } from "../platform/processes/table/system-table.ts";
import { readWorkMark, WORK_MARKER } from "../platform/processes/work-mark.ts";
import { RUN_MARKER } from "./reap-orphans.ts";

export interface BackgroundProcessesDeps {
  /** The id of this run of the daemon. */
  runId: string;
  logger: Logger;
  /** Called when processes of these chats started, ended, or became background processes. */
  onChanged(sessionId: SessionId, chatIds: readonly ChatId[]): void;
  /** The cgroup of this run, if the system allows one: finds what dropped its mark, wherever it works. */
  cgroup?: Pick<RunCgroup, "list"> | null;
  table?: ProcessTable;
}

/** A turn that has started. */
export interface TurnMark {
  sessionId: SessionId;
  chatId: ChatId;
  taskId: TaskId;
  /** The session's worktree. */
  folder: string;
  /** The agent's own id of the chat: a server that serves many chats marks the processes it starts with this id. */
  agentSessionId: string | null;
}

interface Turn extends TurnMark {
  /** The start time, in the process table's units. */
  startedAt: number;
  /** The same for its end; null while it runs. */
  endedAt: number | null;
}

/** A process that could not be ended. */
export interface RunningCommand {
  pid: number;
  name: string;
}

interface OwnProcess extends ProcessEntry {
  chatId: ChatId | null;
}

/** The number of turns remembered per chat. Older processes are attributed to the oldest remembered turn. */
const MAX_TURNS = 200;
/** How long after its own start an agent may still start its helper processes. */
const OPENING_SECONDS = 2;
const GRACE_MS = 1_500;

/**
 * Tracks the processes that agents' commands left running: they are listed while they live, and ended with the stopped turn, the chat, the
 * session or the daemon.
 */
export class BackgroundProcesses {
  readonly #deps: BackgroundProcessesDeps;
  readonly #table: ProcessTable;
  readonly #turns = new Map<ChatId, Turn[]>();
  /** The most recent list, used while a turn runs. */
  readonly #known = new Map<SessionId, BackgroundProcess[]>();
  readonly #agentSessions = new Map<string, { sessionId: SessionId; chatId: ChatId }>();

  constructor(deps: BackgroundProcessesDeps) {
    this.#deps = deps;
    this.#table = deps.table ?? SYSTEM_TABLE;
  }

  /** Registers the start of a turn: processes started from now on belong to it. */
  begin(mark: TurnMark): void {
    const turns = this.#turns.get(mark.chatId) ?? [];
    turns.push({ ...mark, startedAt: this.#table.now(), endedAt: null });
    this.#turns.set(mark.chatId, turns.slice(-MAX_TURNS));
    const { sessionId, chatId } = mark;
    if (mark.agentSessionId !== null) this.#agentSessions.set(mark.agentSessionId, { sessionId, chatId });
  }

  /**
   * Registers the end of a turn. If the turn was stopped, its remaining processes are ended first: the promise resolves when they are gone,
   * so that none of them writes into the worktree any more. Returns the commands it ended. Never rejects.
   */
  async end({ sessionId, chatId, taskId }: Pick<TurnMark, "sessionId" | "chatId" | "taskId">, wasStopped: boolean): Promise<string[]> {
    const turn = this.#turns.get(chatId)?.find((one) => one.taskId === taskId);
    if (!turn) return [];
    turn.endedAt = this.#table.now();
    if (!wasStopped) return [];
    try {
      const processes = await this.#list(sessionId, (one) => one.chatId === chatId);
      const look = { processes: toRunning(processes), daemon: process.pid, turnStartedAt: turn.startedAt };
      const left = new Set(decideLeftByTurn({ ...look, openingTime: OPENING_SECONDS * this.#table.unitsPerSecond }));
      return await this.#endAll(processes.filter(({ pid }) => left.has(pid)));
    } catch (error) {
      this.#deps.logger.warn({ err: error, taskId }, "The processes of a stopped turn could not be listed");
      return [];
    }
  }

  /**
   * Lists a session's background processes, oldest first. Scanning all processes of the machine takes time, so it is not done while a turn
   * runs: a prompt must not wait for it.
   */
  async list(sessionId: SessionId): Promise<BackgroundProcess[]> {
    const turns = [...this.#turns.values()].flat().filter((turn) => turn.sessionId === sessionId);
    // Processes of earlier runs are already ended, and this run has no finished turn that could have left one.
    if (!turns.some(({ endedAt }) => endedAt !== null)) return [];
    const known = this.#known.get(sessionId);
    if (known && turns.some(({ endedAt }) => endedAt === null)) return this.#keepLiving(known);
    const listed = await this.#lookFor(sessionId);
    this.#known.set(sessionId, listed);
    return listed;
  }

  /** Counts what a chat's finished turns left running, now: this looks at every process of the machine, also while another turn runs. */
  async countLeft(sessionId: SessionId, chatId: ChatId): Promise<number> {
    if (!this.#turns.get(chatId)?.some(({ endedAt }) => endedAt !== null)) return 0;
    return (await this.#listBackground(sessionId)).filter((one) => one.chatId === chatId).length;
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

  /** Ends a listed process and everything it started. Returns false if it no longer exists. */
  async endOne(sessionId: SessionId, { pid, startTime }: { pid: number; startTime: string }): Promise<boolean> {
    const found = (await this.#listBackground(sessionId)).filter((one) => one.pid === pid && one.startTime === startTime);
    return (await this.#endAll(found)).length > 0;
  }

  /** Ends a closed chat's processes. The pool ends the agents' own processes. Never rejects. */
  async endChat(sessionId: SessionId, chatId: ChatId): Promise<void> {
    await this.#endMarked(sessionId, (one) => one.chatId === chatId);
    // A turn that is about to end will still end its own processes.
    if (this.#turns.get(chatId)?.every(({ endedAt }) => endedAt !== null)) this.#turns.delete(chatId);
  }

  /** Ends what a chat's finished turns left running, and nothing of a turn that runs. Never rejects. */
  async endLeft(sessionId: SessionId, chatId: ChatId): Promise<void> {
    await this.#endMarked(sessionId, (one) => one.chatId === chatId, this.#listBackground(sessionId));
  }

  /** Ends an archived session's processes. Never rejects. */
  async endSession(sessionId: SessionId): Promise<void> {
    this.#known.delete(sessionId);
    await this.#endMarked(sessionId, () => true);
  }

  /**
   * Ends every process that works for a session, its agents' own included, because the session goes away. Returns the commands of those
   * that are still there. Rejects if the system cannot list its processes.
   */
  async endWhole(sessionId: SessionId): Promise<RunningCommand[]> {
    this.#known.delete(sessionId);
    const marked = await this.#list(sessionId, () => true);
    await this.#endAll(marked);
    this.#changed(sessionId, marked);
    const left = await this.#list(sessionId, () => true);
    return Promise.all(left.map(async ({ pid }) => ({ pid, name: toShownCommand(await this.#table.readArgv(pid)) })));
  }

  /** Ends every process started by this daemon, because it is shutting down. Never rejects. */
  async close(): Promise<void> {
    try {
      const marked = await this.#table.listMarked(RUN_MARKER);
      const sessions = new Set([...this.#turns.values()].flat().map(({ sessionId }) => sessionId));
      const escaped = await Promise.all([...sessions].map((sessionId) => this.#listEscaped(sessionId)));
      const own = [...marked.filter(({ value }) => value === this.#deps.runId), ...escaped.flat()];
      await Promise.all(own.map(({ pid, startTime }) => killTree(pid, startTime, { graceMs: GRACE_MS, table: this.#table })));
    } catch (error) {
      this.#deps.logger.warn({ err: error }, "The remaining processes could not be listed");
    }
  }

  async #endMarked(sessionId: SessionId, which: (one: OwnProcess) => boolean, all = this.#list(sessionId, () => true)): Promise<void> {
    try {
      const marked = (await all).filter(which);
      await this.#endAll(marked.filter(({ parent }) => parent !== process.pid));
      this.#changed(sessionId, marked);
    } catch (error) {
      this.#deps.logger.warn({ err: error, sessionId }, "The processes of a session could not be listed");
    }
  }

  async #endAll(processes: readonly OwnProcess[]): Promise<string[]> {
    const commands = await Promise.all(processes.map(async ({ pid }) => toShownCommand(await this.#table.readArgv(pid))));
    const gone = await Promise.all(
      processes.map(({ pid, startTime }) => killTree(pid, startTime, { graceMs: GRACE_MS, table: this.#table })),
    );
    for (const [place, { pid }] of processes.entries())
      if (!gone[place]) this.#deps.logger.warn({ pid }, "A process that an agent left running could not be ended");
    return commands.filter((_, place) => gone[place]);
  }

  async #listBackground(sessionId: SessionId): Promise<OwnProcess[]> {
    const marked = await this.#list(sessionId, () => true);
    const chats = Map.groupBy(marked, ({ chatId }) => chatId);
    return [...chats].flatMap(([chatId, processes]) => {
      const turns = chatId === null ? [] : (this.#turns.get(chatId) ?? []);
      const running = turns.find(({ endedAt }) => endedAt === null);
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

  async #list(sessionId: SessionId, which: (one: OwnProcess) => boolean): Promise<OwnProcess[]> {
    const [marked, escaped] = await Promise.all([this.#table.listMarked(WORK_MARKER), this.#listEscaped(sessionId)]);
    const own = marked.flatMap((one) => {
      const owner = this.#findOwner(one.value);
      return owner?.sessionId === sessionId ? [{ ...one, chatId: owner.chatId }] : [];
    });
    return [...own, ...escaped].filter(which);
  }

  /** Lists a session's processes that have no mark any more; see `decideEscaped`. */
  async #listEscaped(sessionId: SessionId): Promise<OwnProcess[]> {
    const turns = [...this.#turns.values()].flat();
    const folder = turns.findLast((turn) => turn.sessionId === sessionId)?.folder;
    if (folder === undefined) return [];
    const contained = this.#deps.cgroup ? await this.#deps.cgroup.list().catch(() => null) : null;
    // Marks first, so that a program that is just being started is not taken for one without.
    const all = await this.#table.list();
    const unmarked = await this.#table.listUnmarked(RUN_MARKER);
    const without = new Set(unmarked.map(({ pid }) => pid));
    const isContained = new Set(contained);
    const escaped = new Set(
      decideEscaped({
        processes: unmarked.map((one) => ({
          ...one,
          startedAt: Number(one.startTime),
          isInWorktree: one.cwd !== null && isIn(one.cwd, folder),
          isContained: isContained.has(one.pid),
        })),
        known: new Set([process.pid, ...all.flatMap(({ pid }) => (without.has(pid) ? [] : pid))]),
        adopters: listAncestors(all),
        hasCgroup: contained !== null,
        turns: turns.map((turn) => ({ ...turn, isOfSession: turn.sessionId === sessionId })),
      }),
    );
    return unmarked.flatMap((one) => {
      const turn = turns
        .filter((its) => its.sessionId === sessionId && its.startedAt <= Number(one.startTime))
        .toSorted(byStart)
        .at(-1);
      return escaped.has(one.pid) ? [{ ...one, chatId: turn?.chatId ?? null }] : [];
    });
  }

  #findOwner(value: string): { sessionId: string; chatId: ChatId | null } | null {
    const mark = readWorkMark(value);
    if (mark?.kind === "agentSession") return this.#agentSessions.get(mark.agentSessionId) ?? null;
    return mark?.kind !== "chat" ? null : { sessionId: mark.sessionId, chatId: mark.chatId === null ? null : ChatId.parse(mark.chatId) };
  }

  #findTurn(chatId: ChatId, startedAt: number): TaskId | null {
    return this.#turns.get(chatId)?.findLast((turn) => turn.startedAt <= startedAt)?.taskId ?? null;
  }

  #changed(sessionId: SessionId, marked: readonly OwnProcess[]): void {
    this.#deps.onChanged(sessionId, [...new Set(marked.flatMap(({ chatId }) => chatId ?? []))]);
  }
}

const byStart = (a: Turn, b: Turn) => a.startedAt - b.startedAt;

/** The processes above this one: only they, and the first of all, can adopt a process that lost its parent. */
function listAncestors(all: readonly ProcessEntry[]): Set<number> {
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const ancestors = new Set([1]);
  for (let pid = parents.get(process.pid) ?? 0; pid > 0 && !ancestors.has(pid); pid = parents.get(pid) ?? 0) ancestors.add(pid);
  return ancestors;
}

const toRunning = (processes: readonly OwnProcess[]) =>
  processes.map(({ pid, parent, startTime }) => ({ pid, parent, startedAt: Number(startTime) }));
