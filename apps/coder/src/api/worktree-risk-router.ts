import { ProjectId } from "@boocode/shared/ids";
import { RepairInput } from "@boocode/shared/worktrees/worktree-inventory";
import { z } from "zod";
import { procedure, router } from "./trpc.ts";

export const worktreeRiskRouter = router({
  inventory: procedure
    .input(z.object({ projectId: ProjectId.optional() }).optional())
    .query(({ ctx, input }) => ctx.parts.worktreeRisk.inventory(input?.projectId)),
  repair: procedure.input(RepairInput).mutation(({ ctx, input }) => ctx.parts.worktreeRisk.repair(input)),
});
