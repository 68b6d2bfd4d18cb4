import { SessionId } from "@boocode/shared/ids";
import { Budget } from "@boocode/shared/usage/budget";
import { USAGE_LIMITS } from "@boocode/shared/usage/usage-sum";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

export const usageRouter = router({
  report: procedure
    .input(z.object({ days: z.number().int().min(1).max(USAGE_LIMITS.days).default(30) }))
    .query(({ ctx, input }) => ctx.parts.usage.report(input.days)),
  budget: procedure.input(z.object({ sessionId: SessionId.optional() })).query(({ ctx, input }) => ctx.parts.usage.budget(input.sessionId)),
  setSessionBudget: procedure
    .input(z.object({ sessionId: SessionId, budget: Budget.nullable() }))
    .mutation(({ ctx, input }) => ctx.parts.usage.setSessionBudget(input.sessionId, input.budget)),
});
