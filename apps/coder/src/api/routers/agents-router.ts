import { WarmUpIntent } from "@boocode/shared/agents/decide-warm-up";
import { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

export const agentsRouter = router({
  list: procedure.query(({ ctx }) => ctx.parts.agents.list()),
  refresh: procedure.mutation(({ ctx }) => ctx.parts.agents.refresh()),
  testEndpoint: procedure
    .input(z.object({ url: z.url({ protocol: /^https?$/ }).max(2_000), key: z.string().max(4_000).optional() }))
    .mutation(({ ctx, input }) => ctx.parts.agents.testEndpoint(input)),
});

export const agentSessionsRouter = router({
  list: procedure.input(z.object({ sessionId: SessionId })).query(({ ctx, input }) => ctx.parts.agents.listSessions(input.sessionId)),
  processes: procedure.input(z.object({ sessionId: SessionId })).query(({ ctx, input }) => ctx.parts.background.list(input.sessionId)),
  endProcess: procedure
    .input(z.object({ sessionId: SessionId, pid: z.number().int().positive(), startTime: z.string().max(20) }))
    .mutation(async ({ ctx, input: { sessionId, ...which } }) => ({ ended: await ctx.parts.background.endOne(sessionId, which) })),
  warmUp: procedure
    .input(z.object({ chatId: ChatId, agent: AgentId, intent: WarmUpIntent }))
    .mutation(({ ctx, input }) => ctx.parts.warmUp.begin(input)),
});
