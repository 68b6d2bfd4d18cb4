import type { Announce } from "@boocode/db/announcements";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Database } from "@boocode/db/database";
import { deletePermissionRule, listPermissionRules } from "@boocode/db/stores/agents/permission-rule-store";
import { findPermission, listOpenPermissions } from "@boocode/db/stores/agents/permission-store";
import type { Schema } from "@boocode/db/schema";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { decidePermissionAnswer, toSettledFault, toToldOption } from "@boocode/shared/agents/permissions/decide-permission";
import type { Permission } from "@boocode/shared/agents/permissions/permission";
import type { PermissionRule, RuleKey } from "@boocode/shared/agents/permissions/permission-rule";
import type { NewChatEvent } from "@boocode/shared/chats/chat-event";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { PermissionId, PermissionRuleId, SessionId, TaskId } from "@boocode/shared/ids";
import type { Transaction } from "kysely";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import type { Time } from "../platform/time.ts";
import type { Logger } from "../platform/logger.ts";
import { writeOrLater } from "../platform/retry-write.ts";
import { AskingTurn } from "./asking-turn.ts";
import { storePermissions } from "./store-permissions.ts";
import { addRule, applyRules, remember } from "./permission-rules.ts";
import { cancelPermissions, settlePermission, type Settled } from "./settle-permission.ts";

export interface Permissions {
  /** Lists the unanswered questions of one session or of all, oldest first. */
  list(input: { sessionId?: SessionId | undefined }): Promise<Permission[]>;
  /**
   * Answers a question durably, then tells its agent. The first answer wins; an option that was not offered is rejected.
   *
   * Faults: `permission_not_found`; `permission_settled`, with the earlier answer.
   */
  answer(permissionId: PermissionId, optionId: string): Promise<Permission>;
  /** Lists what is permanently allowed in the session's worktree, oldest first. */
  rules(sessionId?: SessionId): Promise<PermissionRule[]>;
  /**
   * Adds a rule and answers the open questions that it allows. Faults: `rule_refused`, `too_many`, `worktree_not_made`,
   * `session_not_found`.
   */
  addRule(sessionId: SessionId, key: RuleKey): Promise<PermissionRule>;
  /** Removes a rule. Faults: `rule_not_found`. */
  removeRule(ruleId: PermissionRuleId): Promise<PermissionRule>;
}

export interface PermissionDeskDeps {
  db: Database;
  time: Time;
  logger: Logger;
}

type Tx = Transaction<Schema>;

/**
 * Connects agents' questions to their answers. Questions and answers are stored before anyone is told about them; this class holds only the
 * turns that can still receive an answer.
 */
export class PermissionDesk implements Permissions {
  readonly #deps: PermissionDeskDeps;
  readonly #turns = new Map<TaskId, AskingTurn>();

  constructor(deps: PermissionDeskDeps) {
    this.#deps = deps;
  }

  list({ sessionId }: { sessionId?: SessionId | undefined }): Promise<Permission[]> {
    return listOpenPermissions(this.#deps.db.read, sessionId);
  }

  async answer(permissionId: PermissionId, optionId: string): Promise<Permission> {
    const at = this.#deps.time.now();
    const answered = await this.#deps.db.write("full", async (tx, announce) => {
      const permission = await findPermission(tx, permissionId);
      const turn = permission && this.#turns.get(permission.taskId);
      const isAwaited = turn?.isAlive === true && turn.hasAsked(permissionId);
      const worktreePath = permission ? await findWorktreePath(tx, permission.sessionId) : null;
      const decision = decidePermissionAnswer({ permission, isAwaited, worktreePath }, { permissionId, optionId });
      if (decision.kind === "refuse") throw new DomainError(decision.fault);
      const own = await settlePermission(tx, permissionId, decision.settlement, at);
      if (!own) throw new Error("An open permission could not be settled");
      const { sessionId } = own.permission;
      await remember(tx, sessionId, decision.remember, at);
      const settled = [own, ...(decision.remember.length > 0 ? await applyRules(tx, sessionId, at) : [])];
      await append(tx, announce, sessionId, settled);
      return { own: own.permission, settled, isAwaited };
    });
    const { own, settled, isAwaited } = answered;
    this.#told(settled);
    if (!isAwaited) throw new DomainError(toSettledFault(own.id, { optionId: null, by: "cancelled" }));
    return own;
  }

  async rules(sessionId?: SessionId): Promise<PermissionRule[]> {
    if (sessionId === undefined) return listPermissionRules(this.#deps.db.read);
    const worktree = await findLiveWorktree(this.#deps.db.read, sessionId);
    return worktree ? listPermissionRules(this.#deps.db.read, worktree.id) : [];
  }

  async addRule(sessionId: SessionId, key: RuleKey): Promise<PermissionRule> {
    const at = this.#deps.time.now();
    const { rule, settled } = await this.#deps.db.write("full", async (tx, announce) => {
      const added = await addRule(tx, sessionId, key, at);
      const answered = await applyRules(tx, sessionId, at);
      await append(tx, announce, sessionId, answered);
      announce.changed("permissions", [added.id], sessionId);
      return { rule: added, settled: answered };
    });
    this.#told(settled);
    return rule;
  }

  async removeRule(ruleId: PermissionRuleId): Promise<PermissionRule> {
    return this.#deps.db.write("full", async (tx, announce) => {
      const rule = await deletePermissionRule(tx, ruleId);
      if (rule === null) throw new DomainError({ kind: "rule_not_found", ruleId });
      announce.changed("permissions", [rule.id], rule.sessionId);
      return rule;
    });
  }

  /** Registers a turn whose agent may ask questions. Ends with {@link close}. */
  open(task: AskingTurn["task"], conversation: AgentConversation): void {
    this.#turns.set(task.id, new AskingTurn(task, conversation));
  }

  /** Remembers the agent's own id of a question. Call it before the question is stored. */
  note(taskId: TaskId, stored: PermissionId, own: PermissionId): void {
    this.#turns.get(taskId)?.note(stored, own);
  }

  /** Tells a turn's agent that a question could not be read, so that nobody can answer it. */
  refuse(taskId: TaskId, own: PermissionId): void {
    const turn = this.#turns.get(taskId);
    turn?.tellOwn(own, null).catch((error: unknown) => this.#warn(error, taskId));
  }

  /**
   * Stores the questions among a turn's events, in the transaction that stores the events. Returns the events for the journal, and
   * `afterCommit`, which the caller must call after the commit.
   */
  async storeQuestions(
    tx: Tx,
    announce: Announce,
    taskId: TaskId,
    newEvents: readonly NewChatEvent[],
  ): Promise<{ newEvents: NewChatEvent[]; afterCommit(): void }> {
    const turn = this.#turns.get(taskId);
    const { newEvents: kept, touched, tell } = await storePermissions(tx, taskId, newEvents, turn?.isAlive ?? false);
    announceQuestions(announce, touched);
    return {
      newEvents: kept,
      afterCommit: () => {
        for (const { permission, optionId } of tell) this.#tell(permission, optionId);
      },
    };
  }

  /** Cancels a turn's questions, because it was asked to stop, and accepts no further ones. */
  stop(taskId: TaskId): void {
    const turn = this.#turns.get(taskId);
    if (!turn?.isAlive) return;
    turn.isAlive = false;
    this.#cancel(turn).catch((error: unknown) => this.#warn(error, taskId));
  }

  /** Ends a turn and cancels its unanswered questions. */
  async close(taskId: TaskId): Promise<void> {
    const turn = this.#turns.get(taskId);
    if (!turn) return;
    turn.isAlive = false;
    const open = await listOpenPermissions(this.#deps.db.read, turn.task.sessionId);
    try {
      if (open.some((permission) => permission.taskId === taskId)) await this.#cancel(turn);
    } finally {
      this.#turns.delete(taskId);
    }
  }

  /** Cancels questions that an earlier daemon left open. Call it at startup, once the tasks of that daemon are ended. */
  async recover(): Promise<void> {
    const { db, time } = this.#deps;
    for (const { id, sessionId, taskId } of await listOpenPermissions(db.read)) {
      if (this.#turns.has(taskId)) continue;
      const settled = await db.write("full", async (tx, announce) => {
        const one = await settlePermission(tx, id, { optionId: null, by: "cancelled" }, time.now());
        await append(tx, announce, sessionId, one ? [one] : []);
        return one;
      });
      if (settled) this.#told([settled]);
    }
  }

  async #cancel(turn: AskingTurn): Promise<void> {
    const { db, time } = this.#deps;
    const at = time.now();
    const open = (await listOpenPermissions(db.read, turn.task.sessionId)).filter(({ taskId }) => taskId === turn.task.id);
    const settled = await writeOrLater(this.#deps, () =>
      db.write("full", async (tx, announce) => {
        const cancelled = await cancelPermissions(tx, turn.task, at);
        await append(tx, announce, turn.task.sessionId, cancelled);
        return cancelled;
      }),
    );
    if (settled) this.#told(settled);
    // A full disk must not keep an agent waiting: it is certain that nobody will answer.
    else for (const permission of open) this.#tell(permission, null);
  }

  /** Tells the waiting agents. Call it only after the commit. */
  #told(settled: readonly Settled[]): void {
    for (const { permission } of settled) this.#tell(permission, toToldOption(permission));
  }

  #tell(permission: Permission, optionId: string | null): void {
    const { id, sessionId, chatId, taskId } = permission;
    const turn = this.#turns.get(taskId);
    turn?.tell(id, optionId).catch(async (error: unknown) => {
      this.#warn(error, taskId);
      const text = "The agent could not be told the answer, and may wait for it. Stop ends the turn.";
      const newEvent = { chatId, taskId, at: this.#deps.time.now(), body: { type: "notice" as const, level: "warning" as const, text } };
      await this.#deps.db
        .write("normal", (tx, announce) => appendChatEvents(tx, announce, sessionId, [newEvent]))
        .catch((lost: unknown) => this.#warn(lost, taskId));
    });
  }

  #warn(error: unknown, taskId: TaskId): void {
    this.#deps.logger.warn({ err: error, taskId }, "An agent's question could not be settled");
  }
}

async function append(tx: Tx, announce: Announce, sessionId: SessionId, settled: readonly Settled[]): Promise<void> {
  announceQuestions(
    announce,
    settled.map(({ permission }) => permission),
  );
  await appendChatEvents(
    tx,
    announce,
    sessionId,
    settled.map(({ newEvent }) => newEvent),
  );
}

/** A question is also part of its task and its session. */
function announceQuestions(announce: Announce, permissions: readonly Permission[]): void {
  for (const { id, sessionId, taskId } of permissions) {
    announce.changed("permissions", [id], sessionId);
    announce.changed("tasks", [taskId], sessionId);
    announce.changed("sessions", [sessionId], sessionId);
  }
}

async function findWorktreePath(tx: Tx, sessionId: SessionId): Promise<string | null> {
  return (await findLiveWorktree(tx, sessionId))?.path ?? null;
}
