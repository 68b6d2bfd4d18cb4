import type { Fault } from "../faults/fault.ts";
import type { PermissionId } from "../ids.ts";
import { describeRules, isAllowedBy, toRuleKeys, type RuleKey, type RuleSubject } from "./permission-rule.ts";
import type { PermissionOption } from "./permission-option.ts";
import type { Permission, PermissionSettlement } from "./permission.ts";

/** Questions of one turn that may wait at the same time. */
export const MAX_OPEN_PERMISSIONS = 100;

const CANCELLED: PermissionSettlement = { optionId: null, by: "cancelled" };

/** A question as it comes, before anybody was asked. */
export type PermissionRequest = RuleSubject & Pick<Permission, "options">;

export interface RequestFacts {
  /** False once its turn was asked to stop, or is over: then nobody is asked any more. */
  isTurnAlive: boolean;
  /** Questions of the same turn that wait. */
  openInTurn: number;
  /** Rules of its worktree. */
  rules: readonly RuleKey[];
  worktreePath: string | null;
}

export type RequestDecision = { kind: "ask" } | { kind: "settle"; settlement: PermissionSettlement };

/** Decides whether a person is asked, a rule has answered, or it is cancelled because nobody can. Nothing is allowed by default. */
export function decidePermissionRequest(facts: RequestFacts, request: PermissionRequest): RequestDecision {
  const { options } = request;
  if (!facts.isTurnAlive || facts.openInTurn >= MAX_OPEN_PERMISSIONS || options.length === 0)
    return { kind: "settle", settlement: CANCELLED };
  const allow = findOption(options, "allow_once");
  if (!allow || !isAllowedBy(facts.rules, request, facts.worktreePath)) return { kind: "ask" };
  return { kind: "settle", settlement: { optionId: allow.id, by: "rule" } };
}

/**
 * The options a person is shown: the agent's own that hold once, and at most one that lasts.
 *
 * What lasts is a rule of ours, which is kept to one worktree and can be taken back: an agent's own "always" reaches as far as the
 * agent likes. So "always" is offered where a rule can hold exactly this and the agent can be told "once", and its label says what
 * the rule will allow. No rule of ours rejects, so nothing is rejected for good.
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
  /** Null: there is no such question. */
  permission: Permission | null;
  /** Whether the turn that asked still waits for the answer. */
  isAwaited: boolean;
  worktreePath: string | null;
}

export type AnswerDecision =
  | {
      kind: "settle";
      settlement: PermissionSettlement;
      /** What is allowed from now on. */
      remember: RuleKey[];
    }
  | { kind: "refuse"; fault: Fault };

/**
 * Decides what an answer does: the first one counts, and later ones are told it. An option that the agent did not offer rejects.
 * What nobody waits for any more is cancelled.
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

/** What a second answer is told. */
export function toSettledFault(permissionId: PermissionId, { optionId, by }: PermissionSettlement): Fault {
  return { kind: "permission_settled", permissionId, optionId, by };
}

const ONCE = { allow_once: "allow_once", allow_always: "allow_once", reject_once: "reject_once", reject_always: "reject_once" } as const;

/** The option the agent is told, which holds once, whatever is remembered here; null where it has none: cancelled. */
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
