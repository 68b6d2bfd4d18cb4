import { ProjectId, SessionId } from "@boocode/shared/ids";
import { CreateSessionInput, SessionTitle } from "@boocode/shared/sessions/session";
import { SaveLayoutInput } from "@boocode/shared/panes/decide-save-layout";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

export const sessionsRouter = router({
  list: procedure
    .input(z.object({ projectId: ProjectId.optional(), includeArchived: z.boolean().optional() }).optional())
    .query(({ ctx, input }) => ctx.parts.sessions.list(input ?? {})),
  create: procedure.input(CreateSessionInput).mutation(({ ctx, input }) => ctx.parts.sessions.create(input)),
  adoptable: procedure.input(z.object({ projectId: ProjectId })).query(({ ctx, input }) => ctx.parts.adoption.list(input.projectId)),
  delete: procedure
    .input(z.object({ sessionId: SessionId, force: z.boolean().default(false), consent: z.string().max(128).optional() }))
    .mutation(({ ctx, input: { sessionId, force, consent } }) => ctx.parts.deletion.delete(sessionId, { force, consent: consent ?? null })),
  rename: procedure
    .input(z.object({ sessionId: SessionId, title: SessionTitle }))
    .mutation(({ ctx, input }) => ctx.parts.sessions.rename(input.sessionId, input.title)),
  archive: procedure
    .input(z.object({ sessionId: SessionId, archived: z.boolean().default(true) }))
    .mutation(({ ctx, input }) => ctx.parts.sessions.archive(input.sessionId, input.archived)),
  layout: procedure.input(z.object({ sessionId: SessionId })).query(({ ctx, input }) => ctx.parts.sessions.layouts.find(input.sessionId)),
  saveLayout: procedure.input(SaveLayoutInput).mutation(({ ctx, input }) => ctx.parts.sessions.layouts.save(input)),
});
