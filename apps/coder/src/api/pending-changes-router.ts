import { ChangeId, SessionId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "./trpc.ts";

const session = z.object({ sessionId: SessionId });

export const pendingChangesRouter = router({
  list: procedure.input(session).query(({ ctx, input }) => ctx.parts.pendingChanges.list(input.sessionId)),
  diff: procedure
    .input(session.extend({ changeId: ChangeId }))
    .query(({ ctx, input }) => ctx.parts.pendingChanges.diff(input.sessionId, input.changeId)),
});
