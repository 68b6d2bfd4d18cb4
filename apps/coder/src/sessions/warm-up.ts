import { findAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import { findChat } from "@boocode/db/stores/chats/chat-store";
import type { Database } from "@boocode/db/database";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findTrashOfSession } from "@boocode/db/stores/sessions/trash-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { decideWarmUp, type WarmUpDecision, type WarmUpIntent } from "@boocode/shared/agents/processes/decide-warm-up";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import type { SessionRecord } from "@boocode/shared/sessions/session";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { AgentPool } from "../agents/agent-pool.ts";
import type { Logger } from "../platform/logger.ts";
import type { Trust } from "../trust/trust.ts";
import { hasWorktreePlan } from "../worktrees/setup/worktree-setup.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";

export interface WarmUpDeps {
  db: Database;
  pool: AgentPool;
  worktrees: Pick<Worktrees, "find" | "ensure">;
  trust: Pick<Trust, "report" | "isTrusted">;
  logger: Logger;
}

export interface WarmUpInput {
  chatId: ChatId;
  agent: AgentId;
  intent: WarmUpIntent;
}

/** Warms up an agent while the person is still typing. */
export class WarmUp {
  readonly #deps: WarmUpDeps;

  constructor(deps: WarmUpDeps) {
    this.#deps = deps;
  }

  /**
   * Starts a warm-up in the background and returns what is being warmed. A failure is only logged, because the first turn will fail the
   * same way and report it. Faults: `chat_not_found`.
   */
  async begin(input: WarmUpInput): Promise<WarmUpDecision> {
    const { db } = this.#deps;
    const chat = await findChat(db.read, input.chatId);
    const session = chat && (await findSession(db.read, chat.sessionId));
    if (!chat || !session) throw new DomainError({ kind: "chat_not_found", chatId: input.chatId });
    const decision = await this.#decide(input, session, chat.closedAt !== null);
    if (decision.kind === "nothing") return decision;
    const work = decision.kind === "start" ? this.#deps.pool.start(input.agent) : this.#open(input, session.id);
    work.catch((error: unknown) => this.#deps.logger.debug({ err: error, agent: input.agent }, "Warming up an agent failed"));
    return decision;
  }

  /**
   * Has a chat's agent look again at what it offers there, if it is warm and idle; what it finds is announced. Returns at once. `agent`: the
   * chat's own if absent.
   */
  renew(input: { chatId: ChatId; agent?: AgentId | undefined }): void {
    this.#renew(input).catch((error: unknown) => this.#deps.logger.debug({ err: error, ...input }, "An agent could not look again"));
  }

  async #renew({ chatId, agent }: { chatId: ChatId; agent?: AgentId | undefined }): Promise<void> {
    const { db, pool, trust, worktrees } = this.#deps;
    const chat = await findChat(db.read, chatId);
    const live = chat && pool.find(chatId, agent ?? chat.agent);
    if (!live || live.phase.kind !== "idle" || live.isActing) return;
    await live.conversation?.renew?.(async () => {
      const worktree = await worktrees.find(live.sessionId);
      return worktree?.state === "live" && (await trust.isTrusted(worktree));
    });
  }

  async #decide({ chatId, agent, intent }: WarmUpInput, session: SessionRecord, isChatClosed: boolean): Promise<WarmUpDecision> {
    const { db, pool, trust, worktrees } = this.#deps;
    const isSlow = pool.isSlow(agent);
    const isDeleting = (await findTrashOfSession(db.read, session.id)) !== null;
    const isClosed = isChatClosed || session.archived || session.deletedAt !== null || isDeleting;
    const isWriting = isSlow && !isClosed && intent === "writing";
    const worktree = isWriting ? await worktrees.find(session.id) : null;
    return decideWarmUp({
      intent,
      isSlow,
      isClosed,
      hasOpenTask: (await listOpenTasks(db.read, session.id)).some((task) => task.chatId === chatId),
      isWarm: pool.isWarm(chatId, agent),
      pool: { live: pool.size, maxLive: pool.limits.maxLive },
      trust: isWriting ? (await trust.report(session.projectId, session.id)).state : "unknown",
      worktree: toStanding(worktree),
      isSetUpDue: worktree !== null && (await isSetUpDue(worktree)),
    });
  }

  async #open({ chatId, agent }: WarmUpInput, sessionId: SessionId): Promise<void> {
    const { db, pool, trust, worktrees } = this.#deps;
    // Started in parallel, because it takes as long as the worktree.
    const starting = pool.start(agent);
    starting.catch(() => {});
    const worktree = await worktrees.ensure(sessionId);
    // Rethrow here if the start failed; opening would only try to start it again.
    await starting;
    // Check the worktree itself, because the project's checkout may have other content.
    if (!(await trust.isTrusted(worktree)) || (await isSetUpDue(worktree))) return;
    const record = await findAgentSession(db.read, chatId, agent);
    await pool.warmUp({ chatId, agent, sessionId, worktree, projectTrusted: true, record });
  }
}

function toStanding(worktree: Worktree | null): "none" | "live" | "unusable" {
  if (worktree === null || worktree.state === "creating") return "none";
  return worktree.state === "live" ? "live" : "unusable";
}

async function isSetUpDue(worktree: Worktree): Promise<boolean> {
  return worktree.state === "live" && worktree.setUpAt === null && (await hasWorktreePlan(worktree.path));
}
