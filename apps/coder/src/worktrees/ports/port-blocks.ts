import { createServer } from "node:net";
import type { Database } from "@boocode/db/database";
import { findPortBase, insertPortBase, listPortBases } from "@boocode/db/stores/port-block-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { toShownCommand } from "@boocode/shared/agents/processes/background-process";
import type { SessionId } from "@boocode/shared/ids";
import { decidePortBlocks, PORTS_PER_BLOCK, toBlockPorts, toPortVariables } from "@boocode/shared/ports/decide-port-block";
import { decideAddress } from "@boocode/shared/ports/decide-server-link";
import type { Listener, SessionPorts } from "@boocode/shared/ports/session-ports";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Logger } from "../../platform/logger.ts";
import type { ProcessTable } from "../../platform/processes/table/process-table.ts";
import { SYSTEM_TABLE } from "../../platform/processes/table/system-table.ts";
import { readWorkMark, WORK_MARKER } from "../../platform/processes/work-mark.ts";

export interface PortBlocksDeps {
  db: Database;
  logger: Logger;
  table?: ProcessTable;
}

/** The number of blocks that are tried before a worktree goes without ports. */
const MAX_TRIES = 20;

/** The blocks of ports of worktrees: each has one to itself for as long as it exists, the same after every restart. */
export class PortBlocks {
  readonly #deps: PortBlocksDeps;

  constructor(deps: PortBlocksDeps) {
    this.#deps = deps;
  }

  /**
   * Returns the variables that tell a worktree's programs its ports, and gives it a block if it has none. Never rejects: without a block,
   * there are no variables.
   */
  async variables(worktree: Pick<Worktree, "id">): Promise<Record<string, string>> {
    try {
      const base = (await findPortBase(this.#deps.db.read, worktree.id)) ?? (await this.#choose(worktree));
      return base === null ? {} : toPortVariables(base);
    } catch (error) {
      this.#deps.logger.warn({ err: error, worktreeId: worktree.id }, "A worktree has no ports");
      return {};
    }
  }

  /** Returns a session's block, and who listens on its ports now. */
  async look(sessionId: SessionId): Promise<SessionPorts> {
    const { db } = this.#deps;
    const worktree = await findLiveWorktree(db.read, sessionId);
    const base = worktree && (await findPortBase(db.read, worktree.id));
    if (base === null) return { base: null, count: 0, listeners: [] };
    return { base, count: PORTS_PER_BLOCK, listeners: await this.#listListeners(sessionId, worktree!.path, base) };
  }

  /** A program is the session's own if it carries the session's mark, or works in its worktree. */
  async #listListeners(sessionId: SessionId, folder: string, base: number): Promise<Listener[]> {
    const { table = SYSTEM_TABLE } = this.#deps;
    const found = await table.listListeners(toBlockPorts(base));
    if (found.length === 0) return [];
    const [marked, working] = await Promise.all([table.listMarked(WORK_MARKER), table.listWorkingIn(folder)]);
    const ofSession = marked.filter(({ value }) => {
      const mark = readWorkMark(value);
      return mark !== null && mark.kind !== "agentSession" && mark.sessionId === sessionId;
    });
    const own = new Set([...ofSession, ...working].map(({ pid }) => pid));
    return Promise.all(
      found.map(async ({ port, addresses, pid }) => ({
        port,
        address: decideAddress(addresses),
        pid,
        command: toShownCommand(await table.readArgv(pid)),
        isOwn: own.has(pid),
      })),
    );
  }

  async #choose({ id }: Pick<Worktree, "id">): Promise<number | null> {
    const { db } = this.#deps;
    for (const base of decidePortBlocks(id, await listPortBases(db.read)).slice(0, MAX_TRIES)) {
      if (!(await isFree(base))) continue;
      if (await db.write("normal", (tx) => insertPortBase(tx, id, base))) return base;
      // It was given one meanwhile, or another worktree was given this one.
      const given = await findPortBase(db.read, id);
      if (given !== null) return given;
    }
    return null;
  }
}

/** Whether nothing listens on any port of a block. */
async function isFree(base: number): Promise<boolean> {
  const free = await Promise.all(toBlockPorts(base).map(canListen));
  return free.every(Boolean);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
