import { insertPermissionRule, listPermissionRules } from "@boocode/db/stores/agents/permission-rule-store";
import { listOpenPermissions } from "@boocode/db/stores/agents/permission-store";
import type { Schema } from "@boocode/db/schema";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { decidePermissionRequest } from "@boocode/shared/agents/permissions/decide-permission";
import { covers, isRememberable, MAX_RULES, type PermissionRule, type RuleKey } from "@boocode/shared/agents/permissions/permission-rule";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { PermissionRuleId, type EpochMs, type SessionId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Transaction } from "kysely";
import { newId } from "../platform/new-id.ts";
import { readRules } from "./store-permissions.ts";
import { settlePermission, type Settled } from "./settle-permission.ts";

type Tx = Transaction<Schema>;

/**
 * Adds a rule that permanently allows something in a session's worktree. Returns the rule, or the existing one that already allows it.
 *
 * Faults: `rule_refused`, `too_many`, `worktree_not_made`, `session_not_found`.
 */
export async function addRule(tx: Tx, sessionId: SessionId, key: RuleKey, at: EpochMs): Promise<PermissionRule> {
  const worktree = await requireWorktree(tx, sessionId);
  if (!isRememberable(key)) throw new DomainError({ kind: "rule_refused" });
  const rules = await listPermissionRules(tx, worktree.id);
  const known = rules.find((rule) => covers(rule, key));
  if (known) return known;
  if (rules.length >= MAX_RULES) throw new DomainError({ kind: "too_many", what: "rules", limit: MAX_RULES });
  const rule = { id: PermissionRuleId.parse(newId("rule", at)), sessionId, worktreeId: worktree.id, createdAt: at, ...key };
  await insertPermissionRule(tx, rule);
  return rule;
}

/** Stores what a person allowed permanently. Rules beyond the limit are not stored, so the question is asked again. */
export async function remember(tx: Tx, sessionId: SessionId, keys: readonly RuleKey[], at: EpochMs): Promise<void> {
  for (const key of keys) {
    try {
      await addRule(tx, sessionId, key, at);
    } catch (error) {
      if (!(error instanceof DomainError) || error.fault.kind !== "too_many") throw error;
    }
  }
}

/** Settles the open questions of a session that a rule now allows. */
export async function applyRules(tx: Tx, sessionId: SessionId, at: EpochMs): Promise<Settled[]> {
  const facts = { ...(await readRules(tx, sessionId)), isTurnAlive: true, openInTurn: 0 };
  const settled: Settled[] = [];
  for (const permission of await listOpenPermissions(tx, sessionId)) {
    const decision = decidePermissionRequest(facts, permission);
    const one = decision.kind === "settle" ? await settlePermission(tx, permission.id, decision.settlement, at) : null;
    if (one) settled.push(one);
  }
  return settled;
}

async function requireWorktree(tx: Tx, sessionId: SessionId): Promise<Worktree> {
  const worktree = await findLiveWorktree(tx, sessionId);
  if (worktree) return worktree;
  const session = await findSession(tx, sessionId);
  throw new DomainError(
    session && session.deletedAt === null ? { kind: "worktree_not_made", sessionId } : { kind: "session_not_found", sessionId },
  );
}
