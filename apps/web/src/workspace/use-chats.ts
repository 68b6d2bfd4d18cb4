import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId, SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";

/** All chats of a session, including closed ones, oldest first; undefined until they are loaded. */
export function useChats(sessionId: SessionId) {
  return useQuery(trpc.chats.list.queryOptions({ sessionId }));
}

/** Creates a chat with the agent of another one. `onCreated` is called when it is in the list. */
export function useNewChat(sessionId: SessionId) {
  return useMutation({
    mutationFn: ({ like }: { like: Chat | undefined; onCreated: (chat: Chat) => void }) =>
      trpcClient.chats.create.mutate({ sessionId, ...(like ? { agent: like.agent, model: like.model, mode: like.mode } : {}) }),
    onSuccess: (chat, { onCreated }) => {
      putChat(chat);
      onCreated(chat);
    },
  });
}

/** Closes a chat. `onClosed` is called when it is closed. */
export function useCloseChat() {
  return useMutation({
    mutationFn: ({ chatId }: { chatId: ChatId; onClosed: () => void }) => trpcClient.chats.close.mutate({ chatId }),
    onSuccess: (chat, { onClosed }) => {
      putChat(chat);
      onClosed();
    },
  });
}

/** Reopens a chat. `onOpened` is called when it is in the list. */
export function useReopenChat() {
  return useMutation({
    mutationFn: ({ chatId }: { chatId: ChatId; onOpened: (chat: Chat) => void }) => trpcClient.chats.reopen.mutate({ chatId }),
    onSuccess: (chat, { onOpened }) => {
      putChat(chat);
      onOpened(chat);
    },
  });
}

export function useRenameChat() {
  return useMutation({
    mutationFn: (input: { chatId: ChatId; title: string }) => trpcClient.chats.rename.mutate(input),
    onSuccess: putChat,
  });
}

/** Stores a chat from the daemon's answer in its session's cached list. */
export function putChat(chat: Chat): void {
  queryClient.setQueryData(trpc.chats.list.queryKey({ sessionId: chat.sessionId }), (before) => {
    if (!before) return undefined;
    return before.some((each) => each.id === chat.id) ? before.map((each) => (each.id === chat.id ? chat : each)) : [...before, chat];
  });
}
