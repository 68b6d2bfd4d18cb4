import type { Database } from "@boocode/db/database";
import { listAgentSessions } from "@boocode/db/stores/agents/agent-session-store";
import { findChat } from "@boocode/db/stores/chats/chat-store";
import { deleteKeptWarm, insertKeptWarm } from "@boocode/db/stores/agents/kept-warm-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import type { AgentSessionView } from "@boocode/shared/agents/agent-session-record";
import { decideKept, decideSuspend, type Holds, type KeptFacts } from "@boocode/shared/agents/processes/decide-kept";
import type { KeepWarmInput, SuspendInput, WarmAgent, WarmAgents as View } from "@boocode/shared/agents/processes/warm-agent";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, SessionId } from "@boocode/shared/ids";
import type { Time } from "../../platform/time.ts";
import type { AgentPool } from "../agent-pool.ts";
import type { BackendRegistry } from "../backend-registry.ts";
import type { BackgroundProcesses } from "../background-processes.ts";
import type { Live } from "./live.ts";
import { lookAtHolds, readHolds } from "./look-at-holds.ts";

export interface WarmAgentsDeps {
  db: Database;
  time: Pick<Time, "now" | "elapsedMs">;
  pool: AgentPool;
  backends: Pick<BackendRegistry, "find" | "listShared">;
  background: Pick<BackgroundProcesses, "list" | "countLeft" | "endLeft">;
}

/** The agents in memory, as a person sees them, and what a person can do about them. */
export class WarmAgents {
  readonly #deps: WarmAgentsDeps;

  constructor(deps: WarmAgentsDeps) {
    this.#deps = deps;
  }

  /** Lists every agent in memory, of all sessions, oldest first, with the programs that several of them share. */
  async list(): Promise<View> {
    const { pool, backends } = this.#deps;
    const sessions = Map.groupBy(pool.live, ({ sessionId }) => sessionId);
    const [agents, shared] = await Promise.all([
      Promise.all([...sessions].map(([sessionId, live]) => this.#listOf(sessionId, live))),
      backends.listShared(),
    ]);
    return { ...pool.limits, agents: agents.flat().toSorted((a, b) => a.openedAt - b.openedAt), shared };
  }

  /** Lists the agents of a session with their records, the last used one first. */
  async listSession(sessionId: SessionId): Promise<AgentSessionView[]> {
    const { db, pool } = this.#deps;
    const records = await listAgentSessions(db.read, sessionId);
    if (records.length === 0) return [];
    const holdsOf = await readHolds(this.#deps, sessionId);
    return Promise.all(
      records.map(async (record) => {
        const live = pool.find(record.chatId, record.agent);
        const holds = holdsOf(record);
        // A turn that waits for its process has begun already.
        const phase = record.status === "busy" ? "busy" : (live?.phase.kind ?? "idle");
        return {
          ...record,
          warm: live !== null,
          rssBytes: (await live?.conversation?.rssBytes?.()) ?? null,
          isShared: live?.conversation?.sharedId !== undefined,
          openedAt: live?.openedAt ?? null,
          keptBecause: live && decideKept({ ...holds, phase, isActing: live.isActing }),
          isKeptWarm: holds.isKeptWarm,
          programs: holds.programs,
        };
      }),
    );
  }

  /**
   * Ends the processes of idle agents; the next turn resumes their contexts. Ends nothing if one of them is in use. Returns the session's
   * agents. Faults: `session_not_found`, `agent_in_use`.
   */
  async suspend({ sessionId, chatId, agent, endsPrograms }: SuspendInput): Promise<AgentSessionView[]> {
    const { db, pool, background } = this.#deps;
    if ((await findSession(db.read, sessionId)) === null) throw new DomainError({ kind: "session_not_found", sessionId });
    const chosen = pool.live.filter(
      (live) =>
        live.sessionId === sessionId && (chatId === undefined || live.chatId === chatId) && (agent === undefined || live.agent === agent),
    );
    const looks = await this.#look(chosen, endsPrograms);
    await Promise.all(
      looks.map(async ({ live, holds }) => {
        await pool.suspend(live);
        // Another agent, or the next turn, may be at work in the chat.
        if (holds.programs > 0) await background.endLeft(live.sessionId, live.chatId);
      }),
    );
    return this.listSession(sessionId);
  }

  /**
   * Ends every process of an agent, because its program is about to change. Ends nothing if one is in use. Turns of the agent must not begin
   * meanwhile. Fault: `agent_in_use`.
   */
  async suspendAll(agent: AgentId): Promise<void> {
    const { pool, backends } = this.#deps;
    const looks = await this.#look(
      pool.live.filter((live) => live.agent === agent),
      false,
    );
    await Promise.all(looks.map(({ live }) => pool.suspend(live)));
    await backends.find(agent)?.shared?.endUnused();
  }

  /**
   * Stores whether agents are to be kept warm, and returns the session's agents. Without a chat or an agent, all that have worked in the
   * session are meant. Faults: `session_not_found`, `chat_not_found`, `agent_not_found`.
   */
  async keepWarm({ sessionId, chatId, agent, keepWarm }: KeepWarmInput): Promise<AgentSessionView[]> {
    const { db, pool, time } = this.#deps;
    if ((await findSession(db.read, sessionId)) === null) throw new DomainError({ kind: "session_not_found", sessionId });
    if (chatId !== undefined && (await findChat(db.read, chatId))?.sessionId !== sessionId)
      throw new DomainError({ kind: "chat_not_found", chatId });
    const known = [...(await listAgentSessions(db.read, sessionId)), ...pool.live.filter((live) => live.sessionId === sessionId)];
    const chosen = known.filter((one) => (chatId === undefined || one.chatId === chatId) && (agent === undefined || one.agent === agent));
    if (chosen.length === 0 && agent !== undefined) throw new DomainError({ kind: "agent_not_found", agent });
    const since = time.now();
    await db.write("full", async (tx, announce) => {
      for (const place of chosen) await (keepWarm ? insertKeptWarm(tx, place, since) : deleteKeptWarm(tx, place));
      announce.changed("agentSessions", [...new Set(chosen.map((one) => one.chatId))], sessionId);
    });
    return this.listSession(sessionId);
  }

  /** Looks what holds conversations. Fault: `agent_in_use` if one of them cannot go. */
  async #look(chosen: readonly Live[], endsPrograms: boolean): Promise<{ live: Live; holds: Holds }[]> {
    const looks = await Promise.all(chosen.map(async (live) => ({ live, holds: await lookAtHolds(this.#deps, live) })));
    for (const { live, holds } of looks) {
      // A turn may have begun while it was looked at.
      const decision = decideSuspend(toFacts(live, holds), { endsPrograms });
      if (decision.kind === "refuse") throw new DomainError({ kind: "agent_in_use", agent: live.agent, because: decision.because });
    }
    return looks;
  }

  async #listOf(sessionId: SessionId, all: readonly Live[]): Promise<WarmAgent[]> {
    const { db, time } = this.#deps;
    const [session, holdsOf] = await Promise.all([findSession(db.read, sessionId), readHolds(this.#deps, sessionId)]);
    return Promise.all(
      all.map(async (live) => {
        const { chatId, agent, backend, openedAt, conversation, phase } = live;
        const sharedId = conversation?.sharedId ?? null;
        const holds = holdsOf(live);
        return {
          sessionId,
          sessionTitle: session?.title ?? "",
          chatId,
          chatTitle: (await findChat(db.read, chatId))?.title ?? "",
          agent,
          backend,
          openedAt,
          idleSince: phase.kind === "idle" ? Math.round(time.now() - (time.elapsedMs() - phase.since)) : null,
          keptBecause: decideKept(toFacts(live, holds)),
          isKeptWarm: holds.isKeptWarm,
          programs: holds.programs,
          rssBytes: sharedId === null ? ((await conversation?.rssBytes?.()) ?? null) : null,
          sharedId,
        };
      }),
    );
  }
}

const toFacts = ({ phase, isActing }: Live, holds: Holds): KeptFacts => ({
  ...holds,
  phase: phase.kind,
  isActing,
});
