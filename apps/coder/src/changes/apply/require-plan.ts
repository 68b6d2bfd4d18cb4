import { DomainError } from "@boocode/shared/faults/domain-error";
import { toEditError, toPathTexts } from "../edits/to-edit-error.ts";
import type { ApplyPlan } from "./plan-apply.ts";

/** Returns a plan that has no conflicts. Faults: `apply_conflict`, those of planning. */
export async function requirePlan(planning: Promise<ApplyPlan>): Promise<ApplyPlan> {
  const plan = await planning.catch((error: unknown) => {
    throw toEditError(error);
  });
  if (plan.conflicts.length === 0) return plan;
  const conflicts = plan.conflicts.map(({ changeId, path, because }) => ({ changeId, path: toPathTexts([path])[0]!, because }));
  throw new DomainError({ kind: "apply_conflict", paths: [...new Set(conflicts.map(({ path }) => path))], conflicts });
}
