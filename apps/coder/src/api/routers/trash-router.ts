import { TrashId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

const entry = z.object({ trashId: TrashId });

export const trashRouter = router({
  list: procedure.query(({ ctx }) => ctx.parts.trash.list()),
  restore: procedure.input(entry).mutation(({ ctx, input }) => ctx.parts.trash.restore(input.trashId)),
  purge: procedure.input(entry).mutation(({ ctx, input }) => ctx.parts.trash.purge(input.trashId)),
});
