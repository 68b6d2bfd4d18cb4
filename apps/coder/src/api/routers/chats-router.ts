import { ChatTitle, CreateChatInput } from "@boocode/shared/chats/chat";
import { ChatId, Seq, SessionId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

const chat = z.object({ chatId: ChatId });

export const chatsRouter = router({
  list: procedure.input(z.object({ sessionId: SessionId })).query(({ ctx, input }) => ctx.parts.chats.list(input.sessionId)),
  create: procedure.input(CreateChatInput).mutation(({ ctx, input }) => ctx.parts.chats.create(input)),
  rename: procedure
    .input(chat.extend({ title: ChatTitle }))
    .mutation(({ ctx, input }) => ctx.parts.chats.rename(input.chatId, input.title)),
  close: procedure.input(chat).mutation(({ ctx, input }) => ctx.parts.chats.close(input.chatId)),
  reopen: procedure.input(chat).mutation(({ ctx, input }) => ctx.parts.chats.reopen(input.chatId)),
  transcript: procedure
    .input(chat.extend({ before: Seq.optional(), limit: z.number().int().min(1).max(200).default(100) }))
    .query(({ ctx, input }) => ctx.parts.chats.transcript(input)),
});
