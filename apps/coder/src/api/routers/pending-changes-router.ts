import { ChangeId, SessionId, TaskId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

const session = z.object({ sessionId: SessionId });
const change = session.extend({ changeId: ChangeId });

export const pendingChangesRouter = router({
  list: procedure.input(session).query(({ ctx, input }) => ctx.parts.pendingChanges.list(input.sessionId)),
  diff: procedure.input(change).query(({ ctx, input }) => ctx.parts.pendingChanges.diff(input.sessionId, input.changeId)),
  blame: procedure.input(change).query(({ ctx, input }) => ctx.parts.pendingChanges.blame(input.sessionId, input.changeId)),
  turnDiff: procedure.input(z.object({ taskId: TaskId })).query(({ ctx, input }) => ctx.parts.pendingChanges.turnDiff(input.taskId)),
  refresh: procedure
    .input(session)
    .mutation(async ({ ctx, input }) => ({ state: await ctx.parts.pendingChanges.refresh(input.sessionId) })),
  leftOut: procedure.input(session).query(async ({ ctx, input }) => ({ paths: await ctx.parts.pendingChanges.leftOut(input.sessionId) })),
});
