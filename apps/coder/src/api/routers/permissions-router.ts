import { RuleKey } from "@boocode/shared/agents/permissions/permission-rule";
import { PermissionId, PermissionRuleId, SessionId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

const session = z.object({ sessionId: SessionId });

/** A rule names a command or a file; the other field may be omitted. */
const rule = RuleKey.partial({ argvPrefix: true, path: true });

export const permissionsRouter = router({
  list: procedure.input(session.partial().optional()).query(({ ctx, input }) => ctx.parts.permissions.list(input ?? {})),
  answer: procedure
    .input(z.object({ permissionId: PermissionId, optionId: z.string().min(1).max(200) }))
    .mutation(({ ctx, input }) => ctx.parts.permissions.answer(input.permissionId, input.optionId)),
  rules: procedure.input(session.partial().optional()).query(({ ctx, input }) => ctx.parts.permissions.rules(input?.sessionId)),
  addRule: procedure
    .input(session.extend(rule.shape))
    .mutation(({ ctx, input: { sessionId, toolKind, argvPrefix = null, path = null } }) =>
      ctx.parts.permissions.addRule(sessionId, { toolKind, argvPrefix, path }),
    ),
  removeRule: procedure
    .input(z.object({ ruleId: PermissionRuleId }))
    .mutation(({ ctx, input }) => ctx.parts.permissions.removeRule(input.ruleId)),
});
