import { mkdir } from "node:fs/promises";
import type { Database } from "@boocode/db/database";
import { listLearnedAgents, upsertLearnedAgent } from "@boocode/db/stores/agents/learned-agent-store";
import type { Agent } from "@boocode/shared/agents/agent";
import type { AgentBackend } from "@boocode/shared/agents/agent-backend";
import { decideLearning, type StartOutcome } from "@boocode/shared/agents/learning/decide-learning";
import { AgentSelf, type LearnedAgent } from "@boocode/shared/agents/learning/learned-agent";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId } from "@boocode/shared/ids";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import type { AgentPool } from "../agent-pool.ts";
import type { CommandBook } from "../commands/command-book.ts";
import type { BackendRegistry } from "../backend-registry.ts";
import type { AgentCommand } from "../find-command.ts";
import { toProgramKey } from "./program-key.ts";

export interface AgentLearnerDeps {
  db: Database;
  time: Time;
  logger: Logger;
  backends: BackendRegistry;
  pool: Pick<AgentPool, "isInUse" | "whenInUse">;
  commands: Pick<CommandBook, "note" | "isKnown">;
  findCommand(agent: AgentId): Promise<AgentCommand | null>;
  /** An empty folder that is no project, always the same one; made if missing. */
  folder: string;
  /** The environment of the programs: the allow-list and the markers. */
  env: Readonly<Record<string, string>>;
  /** How long no agent must have been in use before one is asked. */
  quietMs: number;
  /** Called when an agent has answered, or has failed to. */
  onLearned(): void;
}

interface Candidate {
  id: AgentId;
  backend: AgentBackend;
  programKey: string;
  /** The version that the program's `--version` told. */
  probedVersion: string | null;
}

/**
 * Asks agents for their versions, modes, models and commands, once for each program: in the background, one at a time, only while no agent is in use.
 * A turn that begins meanwhile ends the question, which is asked again later. What an agent answered is kept.
 */
export class AgentLearner {
  readonly #deps: AgentLearnerDeps;
  readonly #known = new Map<AgentId, LearnedAgent>();
  readonly #failed = new Map<AgentId, { programKey: string; reason: string | null }>();
  /** The programs that answered, and said nothing of commands. */
  readonly #silent = new Map<AgentId, string>();
  readonly #closing = new AbortController();
  #recalled: Promise<void> | null = null;
  #found: readonly Agent[] = [];
  #running: Promise<void> | null = null;
  #isWantedAgain = false;

  constructor(deps: AgentLearnerDeps) {
    this.#deps = deps;
  }

  /** Tells the backends what their agents answered earlier, where their programs are still the same. Never rejects. */
  recall(): Promise<void> {
    this.#recalled ??= this.#recall();
    return this.#recalled;
  }

  /** Asks those of the agents that are not known yet, soon. */
  consider(found: readonly Agent[]): void {
    this.#found = found;
    if (this.#closing.signal.aborted) return;
    if (this.#running) {
      this.#isWantedAgain = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (!this.#isWantedAgain) return;
      this.#isWantedAgain = false;
      this.consider(this.#found);
    });
  }

  /** Lets every agent that failed be asked again, because a person looks again. */
  forgetFailures(): void {
    this.#failed.clear();
  }

  /** Returns what is known of an agent's start. */
  startOf(agent: AgentId): StartOutcome {
    const failed = this.#failed.get(agent);
    if (failed?.reason != null) return { kind: "failed", reason: failed.reason };
    return this.#known.has(agent) || failed ? { kind: "works" } : { kind: "unknown" };
  }

  /** Ends the question that is being asked, and resolves when its program is gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #recall(): Promise<void> {
    try {
      for (const learned of await listLearnedAgents(this.#deps.db.read)) {
        const command = await this.#findCommand(learned.agent);
        if (command === null || (await toProgramKey(command)) !== learned.programKey) continue;
        this.#known.set(learned.agent, learned);
        this.#deps.backends.custom(learned.agent)?.recallSelf?.(learned);
      }
    } catch (error) {
      this.#deps.logger.warn({ err: error }, "What agents said of themselves cannot be read");
    }
  }

  async #run(): Promise<void> {
    await this.recall();
    for (const agent of this.#found) {
      for (;;) {
        const candidate = await this.#toCandidate(agent);
        if (candidate === null || !(await this.#untilQuiet())) break;
        if (await this.#ask(candidate)) break;
      }
    }
  }

  async #toCandidate(agent: Agent): Promise<Candidate | null> {
    if (this.#closing.signal.aborted) return null;
    const backend = this.#deps.backends.custom(agent.id);
    if (!backend?.learn) return null;
    const command = await this.#findCommand(agent.id);
    const programKey = command && (await toProgramKey(command));
    const known = this.#known.get(agent.id) ?? null;
    // One that tells no version is listed with the one that it named itself.
    const probedVersion = known !== null && agent.version === known.version ? known.probedVersion : agent.version;
    const failedKey = this.#failed.get(agent.id)?.programKey ?? null;
    const hasToldCommands =
      programKey !== null &&
      (this.#silent.get(agent.id) === programKey || (await this.#deps.commands.isKnown(agent.id, programKey).catch(() => true)));
    const { available } = agent;
    const decision = decideLearning({ available, canLearn: true, programKey, probedVersion, known, hasToldCommands, failedKey });
    return decision === "ask" && programKey !== null ? { id: agent.id, backend, programKey, probedVersion } : null;
  }

  /** Resolves with true once no agent has been in use for a while, with false at the end of the daemon. */
  async #untilQuiet(): Promise<boolean> {
    const { pool, time, quietMs } = this.#deps;
    const { signal } = this.#closing;
    for (;;) {
      let wasUsed = pool.isInUse;
      const stop = pool.whenInUse(() => (wasUsed = true));
      await new Promise<void>((resolve) => {
        const abort = () => (cancel(), resolve());
        const cancel = time.after(quietMs, () => (signal.removeEventListener("abort", abort), resolve()));
        signal.addEventListener("abort", abort, { once: true });
      });
      stop();
      if (signal.aborted) return false;
      if (!wasUsed && !pool.isInUse) return true;
    }
  }

  /** Asks one agent. Returns false if it was interrupted. */
  async #ask({ id, backend, programKey, probedVersion }: Candidate): Promise<boolean> {
    const { db, time, logger, pool, folder, env, onLearned } = this.#deps;
    const interrupted = new AbortController();
    const signal = AbortSignal.any([interrupted.signal, this.#closing.signal]);
    const stop = pool.whenInUse(() => interrupted.abort());
    const startedAt = time.elapsedMs();
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { commands, ...self } = AgentSelf.parse(await backend.learn?.({ folder, env, signal }));
      const learned: LearnedAgent = { ...self, agent: id, programKey, probedVersion, learnedAt: time.now() };
      this.#known.set(id, learned);
      this.#failed.delete(id);
      await db.write("normal", (tx) => upsertLearnedAgent(tx, learned));
      // One that has not said anything of commands may have some all the same, and what it said earlier still counts.
      if (commands === null) this.#silent.set(id, programKey);
      else this.#deps.commands.note(id, "nowhere", commands);
      logger.info(
        {
          agent: id,
          modes: self.modes.length,
          models: self.models.length,
          commands: commands?.length ?? null,
          tookMs: Math.round(time.elapsedMs() - startedAt),
        },
        "An agent told its modes, models and commands",
      );
    } catch (error) {
      if (signal.aborted) return false;
      // It starts, and has nothing to say before the person has logged in.
      const isLogin = error instanceof DomainError && error.fault.kind === "login_required";
      this.#failed.set(id, { programKey, reason: isLogin ? null : describe(error) });
      logger.info({ err: error, agent: id }, "An agent did not tell its modes and models");
    } finally {
      stop();
    }
    onLearned();
    return true;
  }

  async #findCommand(agent: AgentId): Promise<AgentCommand | null> {
    return this.#deps.findCommand(agent).catch(() => null);
  }
}

function describe(error: unknown): string {
  if (error instanceof DomainError && error.fault.kind === "agent_unavailable") return error.fault.hint;
  return error instanceof Error ? error.message : "It did not answer.";
}
