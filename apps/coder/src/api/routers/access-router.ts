import { AccessTokenId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

export const accessRouter = router({
  exchange: procedure
    .input(z.object({ name: z.string().trim().min(1).max(120) }))
    .mutation(({ ctx, input }) => ctx.parts.access.exchange(ctx.principal, input)),
  list: procedure.query(({ ctx }) => ctx.parts.access.list()),
  rotate: procedure.mutation(({ ctx }) => ctx.parts.access.rotate(ctx.principal)),
  revoke: procedure.input(z.object({ tokenId: AccessTokenId })).mutation(({ ctx, input }) => ctx.parts.access.revoke(input.tokenId)),
});
