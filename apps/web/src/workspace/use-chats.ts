import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId, SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import { toSessionPath } from "../sessions/session-paths.ts";
import { navigate } from "../ui/browser/location.tsx";

/** All chats of a session, including closed ones, oldest first; undefined until they are loaded. */
export function useChats(sessionId: SessionId) {
  return useQuery(trpc.chats.list.queryOptions({ sessionId }));
}

/** Creates a chat with the agent of the visible chat. */
export function useNewChat(sessionId: SessionId, like: Chat | undefined) {
  return useMutation({
    mutationFn: () =>
      trpcClient.chats.create.mutate({ sessionId, ...(like ? { agent: like.agent, model: like.model, mode: like.mode } : {}) }),
    onSuccess: (chat) => {
      putChat(chat);
      navigate(toSessionPath(sessionId, chat.id));
    },
  });
}

/** Closes a chat, and shows `next` at once if the closed chat was visible. */
export function useCloseChat(sessionId: SessionId) {
  return useMutation({
    mutationFn: ({ chatId }: { chatId: ChatId; next: ChatId | null | undefined }) => trpcClient.chats.close.mutate({ chatId }),
    onMutate: ({ next }) => {
      if (next !== undefined) navigate(toSessionPath(sessionId, next ?? undefined), { replace: true });
    },
    onSuccess: putChat,
  });
}

export function useReopenChat(sessionId: SessionId) {
  return useMutation({
    mutationFn: (chatId: ChatId) => trpcClient.chats.reopen.mutate({ chatId }),
    onSuccess: (chat) => {
      putChat(chat);
      navigate(toSessionPath(sessionId, chat.id));
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
function putChat(chat: Chat): void {
  queryClient.setQueryData(trpc.chats.list.queryKey({ sessionId: chat.sessionId }), (before) => {
    if (!before) return undefined;
    return before.some((each) => each.id === chat.id) ? before.map((each) => (each.id === chat.id ? chat : each)) : [...before, chat];
  });
}
