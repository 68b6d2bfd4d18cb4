import { WarmUpIntent } from "@boocode/shared/agents/processes/decide-warm-up";
import { KeepWarmInput, SuspendInput } from "@boocode/shared/agents/processes/warm-agent";
import { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

export const agentsRouter = router({
  list: procedure.query(({ ctx }) => ctx.parts.agents.list()),
  refresh: procedure.mutation(({ ctx }) => ctx.parts.agents.refresh()),
  update: procedure.input(z.object({ agent: AgentId })).mutation(({ ctx, input }) => ctx.parts.agentUpdates.start(input.agent)),
  commands: procedure.input(z.object({ chatId: ChatId, agent: AgentId.optional() })).query(({ ctx, input }) => {
    ctx.parts.warmUp.renew(input);
    return ctx.parts.commands.list(input.chatId, input.agent);
  }),
  updates: procedure.query(({ ctx }) => ctx.parts.agentUpdates.list()),
  testEndpoint: procedure
    .input(
      z.object({
        url: z.url({ protocol: /^https?$/ }).max(2_000),
        key: z.string().max(4_000).optional(),
        endpointId: z.string().max(100).optional(),
      }),
    )
    .mutation(({ ctx, input }) => ctx.parts.agents.testEndpoint(input)),
});

export const agentSessionsRouter = router({
  list: procedure.input(z.object({ sessionId: SessionId })).query(({ ctx, input }) => ctx.parts.warmAgents.listSession(input.sessionId)),
  warm: procedure.query(({ ctx }) => ctx.parts.warmAgents.list()),
  suspend: procedure.input(SuspendInput).mutation(({ ctx, input }) => ctx.parts.warmAgents.suspend(input)),
  keepWarm: procedure.input(KeepWarmInput).mutation(({ ctx, input }) => ctx.parts.warmAgents.keepWarm(input)),
  processes: procedure.input(z.object({ sessionId: SessionId })).query(({ ctx, input }) => ctx.parts.background.list(input.sessionId)),
  endProcess: procedure
    .input(z.object({ sessionId: SessionId, pid: z.number().int().positive(), startTime: z.string().max(20) }))
    .mutation(async ({ ctx, input: { sessionId, ...which } }) => ({ ended: await ctx.parts.background.endOne(sessionId, which) })),
  warmUp: procedure
    .input(z.object({ chatId: ChatId, agent: AgentId, intent: WarmUpIntent }))
    .mutation(({ ctx, input }) => ctx.parts.warmUp.begin(input)),
});
