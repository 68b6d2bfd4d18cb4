import type { Fault } from "../../faults/fault.ts";
import type { PermissionId } from "../../ids.ts";
import { describeRules, isAllowedBy, toRuleKeys, type RuleKey, type RuleSubject } from "./permission-rule.ts";
import type { PermissionOption } from "./permission-option.ts";
import type { Permission, PermissionSettlement } from "./permission.ts";

/** The maximum number of open permissions per turn. */
export const MAX_OPEN_PERMISSIONS = 100;

const CANCELLED: PermissionSettlement = { optionId: null, by: "cancelled" };

/** A permission request before anyone was asked. */
export type PermissionRequest = RuleSubject & Pick<Permission, "options">;

export interface RequestFacts {
  /** False once the turn is stopping or over: then the person is no longer asked. */
  isTurnAlive: boolean;
  /** Open permissions of the same turn. */
  openInTurn: number;
  /** The rules of the worktree. */
  rules: readonly RuleKey[];
  worktreePath: string | null;
}

export type RequestDecision = { kind: "ask" } | { kind: "settle"; settlement: PermissionSettlement };

/**
 * Decides whether a person is asked, a rule answers, or the request is cancelled because nobody can answer. Nothing is allowed by default.
 */
export function decidePermissionRequest(facts: RequestFacts, request: PermissionRequest): RequestDecision {
  const { options } = request;
  if (!facts.isTurnAlive || facts.openInTurn >= MAX_OPEN_PERMISSIONS || options.length === 0)
    return { kind: "settle", settlement: CANCELLED };
  const allow = findOption(options, "allow_once");
  if (!allow || !isAllowedBy(facts.rules, request, facts.worktreePath)) return { kind: "ask" };
  return { kind: "settle", settlement: { optionId: allow.id, by: "rule" } };
}

/**
 * Returns the options shown to a person: the agent's one-time options, and at most one lasting option.
 *
 * A lasting option is our own rule, limited to one worktree and revocable, because an agent's own "always" may apply as widely as the agent
 * likes. "Always" is therefore offered only if a rule can match exactly this request and the agent can be told "once"; its label says what
 * the rule will allow. We have no rejecting rules, so nothing is rejected permanently.
 */
export function toOfferedOptions(request: PermissionRequest, worktreePath: string | null): PermissionOption[] {
  const { options } = request;
  const rules = findOption(options, "allow_once") ? toRuleKeys(request, worktreePath) : [];
  const lasting = rules.length > 0 ? findOption(options, "allow_always") : undefined;
  return options.flatMap((option) => {
    if (option === lasting) return [{ ...option, label: describeRules(rules) }];
    return option.kind === "allow_once" || option.kind === "reject_once" ? [option] : [];
  });
}

export interface AnswerFacts {
  /** Null if there is no such permission. */
  permission: Permission | null;
  /** Whether the requesting turn still waits for the answer. */
  isAwaited: boolean;
  worktreePath: string | null;
}

export type AnswerDecision =
  | {
      kind: "settle";
      settlement: PermissionSettlement;
      /** Rules to store. */
      remember: RuleKey[];
    }
  | { kind: "refuse"; fault: Fault };

/**
 * Decides the effect of an answer. The first answer counts, and later ones receive it as a fault. An option that the agent did not offer is
 * refused. A request that no turn waits for any more is cancelled.
 */
export function decidePermissionAnswer(
  { permission, isAwaited, worktreePath }: AnswerFacts,
  answer: { permissionId: PermissionId; optionId: string },
): AnswerDecision {
  if (permission === null) return { kind: "refuse", fault: { kind: "permission_not_found", permissionId: answer.permissionId } };
  if (permission.resolvedBy !== null) return { kind: "refuse", fault: toSettledFault(permission.id, toSettlement(permission)) };
  if (!isAwaited) return { kind: "settle", settlement: CANCELLED, remember: [] };
  const { options } = permission;
  const chosen = options.find((option) => option.id === answer.optionId) ?? findRejection(options);
  if (!chosen) return { kind: "settle", settlement: CANCELLED, remember: [] };
  const remember = chosen.kind === "allow_always" ? toRuleKeys(permission, worktreePath) : [];
  return { kind: "settle", settlement: { optionId: chosen.id, by: "person" }, remember };
}

/** The fault returned to a second answer. */
export function toSettledFault(permissionId: PermissionId, { optionId, by }: PermissionSettlement): Fault {
  return { kind: "permission_settled", permissionId, optionId, by };
}

const ONCE = { allow_once: "allow_once", allow_always: "allow_once", reject_once: "reject_once", reject_always: "reject_once" } as const;

/**
 * Returns the option sent to the agent. It is always a one-time option, even if we store a rule; null if the agent offers none, which
 * cancels the request.
 */
export function toToldOption({ options, optionId }: Pick<Permission, "options" | "optionId">): string | null {
  const chosen = options.find((option) => option.id === optionId);
  if (!chosen) return null;
  return ONCE[chosen.kind] === chosen.kind ? chosen.id : (findOption(options, ONCE[chosen.kind])?.id ?? null);
}

function toSettlement({ optionId, resolvedBy }: Permission): PermissionSettlement {
  return { optionId, by: resolvedBy ?? "cancelled" };
}

function findRejection(options: readonly PermissionOption[]): PermissionOption | undefined {
  return findOption(options, "reject_once");
}

function findOption(options: readonly PermissionOption[], kind: PermissionOption["kind"]): PermissionOption | undefined {
  return options.find((option) => option.kind === kind);
}
