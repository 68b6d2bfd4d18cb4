import { basename } from "node:path";
import { toShownCommand } from "@boocode/shared/agents/processes/background-process";
import type { SessionId, TerminalId } from "@boocode/shared/ids";
import type { TerminalProgram } from "@boocode/shared/terminals/terminal";
import { killTree } from "../platform/processes/process.ts";
import type { ProcessEntry, ProcessIdentity, ProcessTable } from "../platform/processes/table/process-table.ts";
import { SYSTEM_TABLE } from "../platform/processes/table/system-table.ts";
import { readWorkMark, WORK_MARKER } from "../platform/processes/work-mark.ts";

/** The shell of a terminal that runs, or what runs in its place. */
export interface TerminalShell extends ProcessIdentity {
  /** Null: it is no shell, and never at rest. */
  file: string | null;
  sessionId: SessionId;
  terminalId: TerminalId;
}

export interface TerminalProgramsDeps {
  /** The shells of the terminals that run now. */
  shells(): readonly TerminalShell[];
  table?: ProcessTable;
}

/** A process that runs in a terminal. */
export interface TerminalProcess extends ProcessIdentity {
  terminalId: TerminalId;
}

const GRACE_MS = 500;

/**
 * Which processes run in the terminals of a session: all that inherited their mark, also those that left the terminal, and all that belong
 * to a running shell by their session or an ancestor, also those whose environment is another user's (`sudo`) or was emptied.
 */
export class TerminalPrograms {
  readonly #deps: TerminalProgramsDeps;
  readonly #table: ProcessTable;

  constructor(deps: TerminalProgramsDeps) {
    this.#deps = deps;
    this.#table = deps.table ?? SYSTEM_TABLE;
  }

  /** Lists what would be ended with a session's terminals, or with one. A shell that waits for a command is nothing to lose. */
  async list(sessionId: SessionId, terminalId?: TerminalId): Promise<TerminalProgram[]> {
    const shells = new Map(this.#deps.shells().map((shell) => [shell.pid, shell]));
    const programs = await Promise.all(
      (await this.listOwn(sessionId, terminalId)).map(async ({ pid, terminalId: id }) => {
        const argv = await this.#table.readArgv(pid);
        // Nothing is known of its arguments: it has just ended, or it hides them.
        if (argv.length === 0 && ((await this.#table.find(pid))?.isZombie ?? true)) return null;
        const shell = shells.get(pid);
        // A shell may have become another program (`exec vim`).
        const isIdle = typeof shell?.file === "string" && basename(argv[0] ?? "").replace(/^-/, "") === basename(shell.file);
        return isIdle ? null : { terminalId: id, pid, name: argv.length === 0 ? `process ${pid}` : toShownCommand(argv) };
      }),
    );
    return programs.filter((one) => one !== null).toSorted((a, b) => a.pid - b.pid);
  }

  /**
   * Ends everything in a session's terminals, or in one, the shells included, and what was found there before they were hung up on.
   * Returns whether all of it is gone.
   */
  async end(before: readonly TerminalProcess[], sessionId: SessionId, terminalId?: TerminalId): Promise<boolean> {
    const own = new Map([...before, ...(await this.listOwn(sessionId, terminalId))].map((one) => [`${one.pid}/${one.startTime}`, one]));
    const options = { graceMs: GRACE_MS, table: this.#table };
    const gone = await Promise.all([...own.values()].map(({ pid, startTime }) => killTree(pid, startTime, options)));
    return gone.every(Boolean);
  }

  /** Lists everything in a session's terminals, or in one, the shells included. Rejects if the system does not list its processes. */
  async listOwn(sessionId: SessionId, terminalId?: TerminalId): Promise<TerminalProcess[]> {
    const isAsked = (one: { sessionId: string; terminalId: TerminalId }) =>
      one.sessionId === sessionId && (terminalId ?? one.terminalId) === one.terminalId;
    const shells = this.#deps.shells().filter(isAsked);
    const [entries, marked] = await Promise.all([shells.length === 0 ? [] : this.#table.list(), this.#table.listMarked(WORK_MARKER)]);
    const found = new Map<number, TerminalProcess>();
    for (const shell of shells) {
      for (const { pid, startTime } of listBelow(shell, entries)) found.set(pid, { pid, startTime, terminalId: shell.terminalId });
    }
    for (const { pid, startTime, value, isZombie } of marked) {
      const mark = readWorkMark(value);
      if (mark?.kind !== "terminal" || isZombie) continue;
      const one = { sessionId: mark.sessionId, terminalId: mark.terminalId as TerminalId };
      if (isAsked(one)) found.set(pid, { pid, startTime, terminalId: one.terminalId });
    }
    return [...found.values()];
  }
}

/** Lists the living processes that are a shell, are in its session, or descend from such a one. */
function listBelow(shell: TerminalShell, entries: readonly ProcessEntry[]): ProcessEntry[] {
  // Another process may have the pid of a shell that has just ended.
  const isThere = entries.some(({ pid, startTime }) => pid === shell.pid && (shell.startTime === "" || startTime === shell.startTime));
  if (!isThere) return [];
  const below = new Set(entries.filter(({ pid, session }) => pid === shell.pid || session === shell.pid).map(({ pid }) => pid));
  for (let before = 0; before < below.size;) {
    before = below.size;
    for (const { pid, parent } of entries) if (below.has(parent)) below.add(pid);
  }
  return entries.filter(({ pid, isZombie }) => below.has(pid) && !isZombie);
}
