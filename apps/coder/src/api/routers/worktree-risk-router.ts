import { ChangeId, EditId, ProjectId, SessionId, StashId, WorktreeId } from "@boocode/shared/ids";
import { RemoveLockInput } from "@boocode/shared/worktrees/git-lock";
import { RepairInput } from "@boocode/shared/worktrees/worktree-inventory";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

export const worktreeRiskRouter = router({
  report: procedure.input(z.object({ sessionId: SessionId })).query(({ ctx, input }) => ctx.parts.deleteGuard.report(input.sessionId)),
  stash: procedure.input(z.object({ sessionId: SessionId })).mutation(({ ctx, input }) => ctx.parts.stashes.stash(input.sessionId)),
  stashes: procedure.input(z.object({ projectId: ProjectId })).query(({ ctx, input }) => ctx.parts.stashes.list(input.projectId)),
  applyStash: procedure
    .input(z.object({ stashId: StashId, sessionId: SessionId }))
    .mutation(({ ctx, input }) => ctx.parts.stashApply.apply(input)),
  undoApplyStash: procedure
    .input(z.object({ sessionId: SessionId, editId: EditId }))
    .mutation(({ ctx, input }) => ctx.parts.stashApply.undo(input)),
  stashSides: procedure
    .input(z.object({ stashId: StashId, sessionId: SessionId, changeId: ChangeId }))
    .query(({ ctx, input }) => ctx.parts.stashApply.sides(input)),
  dropStash: procedure.input(z.object({ stashId: StashId })).mutation(({ ctx, input }) => ctx.parts.droppedStashes.drop(input.stashId)),
  droppedStashes: procedure
    .input(z.object({ projectId: ProjectId }))
    .query(({ ctx, input }) => ctx.parts.droppedStashes.list(input.projectId)),
  takeStashBack: procedure
    .input(z.object({ stashId: StashId }))
    .mutation(({ ctx, input }) => ctx.parts.droppedStashes.takeBack(input.stashId)),
  inventory: procedure
    .input(z.object({ projectId: ProjectId.optional() }).optional())
    .query(({ ctx, input }) => ctx.parts.worktreeRisk.inventory(input?.projectId)),
  setAside: procedure.query(({ ctx }) => ctx.parts.worktreeRisk.setAside()),
  locks: procedure.input(z.object({ sessionId: SessionId })).query(({ ctx, input }) => ctx.parts.worktreeRisk.locks(input.sessionId)),
  removeLock: procedure.input(RemoveLockInput).mutation(({ ctx, input }) => ctx.parts.worktreeRisk.removeLock(input)),
  cleanUp: procedure
    .input(z.object({ worktreeId: WorktreeId, force: z.boolean().optional(), consent: z.string().max(128).optional() }))
    .mutation(({ ctx, input: { worktreeId, force = false, consent = null } }) => ctx.parts.orphans.cleanUp(worktreeId, { force, consent })),
  repair: procedure.input(RepairInput).mutation(({ ctx, input }) => ctx.parts.worktreeRisk.repair(input)),
});
