import type { ChatId, PermissionId, SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { faultOf } from "../api/explain-fault.ts";
import { reportFailure } from "../api/failures.ts";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";

const openPermissions = trpc.permissions.list.queryOptions({});

/** The numbers of questions waiting for the person, by session and by chat; zero until they are loaded. */
export function useAskingCounts(): { ofSession(id: SessionId): number; ofChat(id: ChatId): number } {
  const { data = [] } = useQuery(openPermissions);
  return {
    ofSession: (id) => data.filter((permission) => permission.sessionId === id).length,
    ofChat: (id) => data.filter((permission) => permission.chatId === id).length,
  };
}

/** Answers a question, which leaves the count at once. If another browser answered first, nothing fails: that answer is shown. */
export function useAnswerPermission() {
  return useMutation({
    mutationFn: (input: { permissionId: PermissionId; optionId: string }) => trpcClient.permissions.answer.mutate(input),
    onMutate: ({ permissionId }) =>
      queryClient.setQueryData(openPermissions.queryKey, (known) => known?.filter((permission) => permission.id !== permissionId)),
    onError: (error) => {
      if (faultOf(error)?.kind !== "permission_settled") reportFailure(error);
    },
    onSettled: () => queryClient.invalidateQueries(openPermissions),
    meta: { ownWords: true },
  });
}
