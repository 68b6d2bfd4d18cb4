import { ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { PromptText, SendPromptInput, TaskState } from "@boocode/shared/tasks/task";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

const task = z.object({ taskId: TaskId });

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
  edit: procedure.input(task.extend({ text: PromptText })).mutation(({ ctx, input }) => ctx.parts.tasks.edit(input.taskId, input.text)),
});
