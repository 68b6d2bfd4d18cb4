import { SessionId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

export const skillsRouter = router({
  list: procedure.input(z.object({ sessionId: SessionId })).query(({ ctx, input }) => ctx.parts.skills.list(input.sessionId)),
});
