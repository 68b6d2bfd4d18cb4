import { ProjectId, SessionId } from "@boocode/shared/ids";
import { AddProjectInput, ProjectPath } from "@boocode/shared/projects/project";
import { TrustInput } from "@boocode/shared/trust/trust";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

export const projectsRouter = router({
  list: procedure.query(({ ctx }) => ctx.parts.projects.list()),
  add: procedure.input(AddProjectInput).mutation(({ ctx, input }) => ctx.parts.projects.add(input)),
  addDemo: procedure.mutation(({ ctx }) => ctx.parts.projects.addDemo()),
  remove: procedure.input(z.object({ projectId: ProjectId })).mutation(({ ctx, input }) => ctx.parts.projects.remove(input.projectId)),
  trustReport: procedure
    .input(z.object({ projectId: ProjectId, sessionId: SessionId.optional() }))
    .query(({ ctx, input }) => ctx.parts.trust.report(input.projectId, input.sessionId ?? null)),
  trust: procedure.input(TrustInput).mutation(({ ctx, input }) => ctx.parts.trust.answer(input)),
  listRecent: procedure.query(({ ctx }) => ctx.parts.projects.listRecent()),
  completePath: procedure
    .input(z.object({ prefix: ProjectPath.or(z.literal("")) }))
    .query(({ ctx, input }) => ctx.parts.projects.completePath(input.prefix)),
});
