import { AttachmentInput } from "@boocode/shared/attachments/attachment";
import { EVENT_LIMITS } from "@boocode/shared/agents/event-limits";
import { AgentId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { MAX_NAMED_ATTACHMENTS, PromptText, SendPromptInput, SteerInput, TaskState } from "@boocode/shared/tasks/task";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

/** With its slash. */
const CommandWord = z.string().max(EVENT_LIMITS.id);
const task = z.object({ taskId: TaskId });
/** Where a prompt goes in the queue. */
const place = z.union([task.extend({ before: TaskId }).strict(), task.extend({ after: TaskId }).strict()]);

export const tasksRouter = router({
  send: procedure.input(SendPromptInput).mutation(({ ctx, input }) => ctx.parts.tasks.send(input)),
  list: procedure
    .input(
      z.object({
        sessionId: SessionId.optional(),
        chatId: ChatId.optional(),
        states: z.array(TaskState).max(6).optional(),
        limit: z.number().int().min(1).max(200).default(50),
      }),
    )
    .query(({ ctx, input }) => ctx.parts.tasks.list(input)),
  cancel: procedure.input(task).mutation(({ ctx, input }) => ctx.parts.tasks.cancel(input.taskId)),
  previewHandoff: procedure
    .input(z.object({ chatId: ChatId, agent: AgentId.optional(), command: CommandWord.optional() }))
    .query(({ ctx, input }) => ctx.parts.tasks.previewHandoff(input)),
  edit: procedure
    .input(task.extend({ text: PromptText, attachments: z.array(AttachmentInput).max(MAX_NAMED_ATTACHMENTS).optional() }))
    .mutation(({ ctx, input }) => ctx.parts.tasks.edit(input.taskId, input.text, input.attachments)),
  unqueue: procedure.input(task).mutation(({ ctx, input }) => ctx.parts.tasks.unqueue(input.taskId)),
  reorder: procedure
    .input(place)
    .mutation(({ ctx, input }) =>
      ctx.parts.tasks.reorder(
        input.taskId,
        "before" in input ? { next: "before", anchorId: input.before } : { next: "after", anchorId: input.after },
      ),
    ),
  continueAfterLimit: procedure.input(task).mutation(({ ctx, input }) => ctx.parts.tasks.continueAfterLimit(input.taskId)),
  steer: procedure.input(SteerInput).mutation(({ ctx, input }) => ctx.parts.tasks.steer(input)),
  sendAnyway: procedure.input(task).mutation(({ ctx, input }) => ctx.parts.tasks.sendAnyway(input.taskId)),
  sendNow: procedure
    .input(task.extend({ interrupts: TaskId.optional() }))
    .mutation(({ ctx, input }) => ctx.parts.tasks.sendNow(input.taskId, input.interrupts)),
});
