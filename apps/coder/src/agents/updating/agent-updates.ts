import { stripVTControlCharacters } from "node:util";
import type { Agent } from "@boocode/shared/agents/agent";
import type { AgentUpdate } from "@boocode/shared/agents/agent-update";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId } from "@boocode/shared/ids";
import type { Feed } from "../../feed/feed.ts";
import type { Logger } from "../../platform/logger.ts";
import { OutputTail } from "../../platform/processes/output-tail.ts";
import { runProcess } from "../../platform/processes/process.ts";
import type { Time } from "../../platform/time.ts";
import type { AgentPool } from "../agent-pool.ts";
import { findUpdate, type UpdatePlaces } from "./find-update.ts";

export interface AgentUpdatesDeps {
  feed: Feed;
  time: Time;
  logger: Logger;
  pool: Pick<AgentPool, "hold">;
  places: UpdatePlaces;
  env: Readonly<Record<string, string>>;
  /** The working directory of npm: a folder with no project files. */
  cwd: string;
  /** Lists the agents as they were found last. */
  list(): Promise<Agent[]>;
  /** Looks for all agents again. */
  refresh(): Promise<Agent[]>;
  /** Ends the processes of an agent that are idle. Fault: `agent_in_use`. */
  suspendAll(agent: AgentId): Promise<void>;
}

const LIMIT_MS = 15 * 60_000;
const MAX_OUTPUT_BYTES = 16 * 1024;
/** How often new output is announced. */
const TELL_EVERY_MS = 250;

/** Updates agents that npm installed, when a person asks for it: one at a time, and none that is in use. */
export class AgentUpdates {
  readonly #deps: AgentUpdatesDeps;
  readonly #updates = new Map<AgentId, AgentUpdate>();
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;

  constructor(deps: AgentUpdatesDeps) {
    this.#deps = deps;
  }

  /** Lists the updates since the daemon was started, the last one of each agent. */
  list(): AgentUpdate[] {
    return [...this.#updates.values()];
  }

  /**
   * Starts an update and returns it; what it writes and its end are announced. Until then, prompts to the agent wait.
   * Faults: `agent_in_use` (`update`: this or another agent is being updated), `agent_unavailable` if it is not one to update from here.
   */
  async start(agent: AgentId): Promise<AgentUpdate> {
    const { pool, places, suspendAll, time, list } = this.#deps;
    if (this.#running) throw new DomainError({ kind: "agent_in_use", agent, because: "update" });
    const found = Promise.withResolvers<void>();
    this.#running = found.promise;
    // New turns wait from here on, so that none begins between the look and the update.
    const letGo = pool.hold(agent);
    try {
      const decision = await findUpdate(agent, places);
      if (decision.kind !== "run") throw new DomainError({ kind: "agent_unavailable", agent, hint: "It cannot be updated from here." });
      await suspendAll(agent);
      const update: AgentUpdate = {
        agent,
        line: decision.line,
        state: "running",
        output: "",
        reason: null,
        versionBefore: (await list()).find(({ id }) => id === agent)?.version ?? null,
        versionAfter: null,
        startedAt: time.now(),
        endedAt: null,
      };
      this.#set(update);
      this.#running = this.#run(update, decision.argv).finally(() => {
        this.#running = null;
        letGo();
      });
      return update;
    } catch (error) {
      this.#running = null;
      letGo();
      throw error;
    } finally {
      found.resolve();
    }
  }

  /** Ends the update that runs, and resolves when its program is gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(update: AgentUpdate, [file = "", ...argv]: readonly string[]): Promise<void> {
    const { time, logger, env, cwd, refresh } = this.#deps;
    const tail = new OutputTail(MAX_OUTPUT_BYTES);
    const read = () => stripVTControlCharacters(tail.read()).replace(/\r(?!\n)/g, "\n");
    let stopTelling: (() => void) | null = null;
    const onOutput = (_: string, chunk: Buffer) => {
      tail.push(chunk);
      stopTelling ??= time.after(TELL_EVERY_MS, () => {
        stopTelling = null;
        this.#set({ ...update, output: read() });
      });
    };
    let reason: string | null = null;
    try {
      const { signal } = this.#closing;
      const ended = await runProcess({ file, argv, cwd, env, timeoutMs: LIMIT_MS, maxOutputBytes: 0, signal, onOutput });
      if (ended.timedOut) reason = `It took longer than ${LIMIT_MS / 60_000} minutes and was ended.`;
      else if (ended.exitCode !== 0) reason = `npm ended with ${ended.signal ?? `exit code ${ended.exitCode}`}.`;
    } catch (error) {
      const { code = "unknown error" } = error as NodeJS.ErrnoException;
      reason = code === "ENOENT" ? "There is no npm on PATH." : `npm could not be started (${code}).`;
    }
    (stopTelling as (() => void) | null)?.();
    if (this.#closing.signal.aborted) return;
    // Also after a failure, which may have left another version, or none.
    const agents = await refresh().catch(() => []);
    const versionAfter = agents.find(({ id }) => id === update.agent)?.version ?? null;
    logger.info({ agent: update.agent, before: update.versionBefore, after: versionAfter, reason }, "An agent was updated");
    this.#set({ ...update, state: reason === null ? "done" : "failed", output: read(), reason, versionAfter, endedAt: time.now() });
  }

  #set(update: AgentUpdate): void {
    this.#updates.set(update.agent, update);
    this.#deps.feed.changed({ noun: "agents", ids: [update.agent] });
  }
}
