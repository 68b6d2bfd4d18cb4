import type { ChatId, PermissionId, SessionId } from "@boocode/shared/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import { faultOf } from "../api/faults/explain-fault.ts";
import { reportFailure } from "../api/faults/failures.ts";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import { useUnconfirmed } from "../api/unconfirmed.ts";

const openPermissions = trpc.permissions.list.queryOptions({});

type Open = Awaited<ReturnType<typeof trpcClient.permissions.list.query>>;
type Answer = { permissionId: PermissionId; optionId: string };

const NONE: Open = [];
const ANSWER_KEY = ["answerPermission"] as const;

function withoutAnswered(open: Open, { permissionId }: Answer): Open {
  return open.filter(({ id }) => id !== permissionId);
}

/** The questions that wait for the person, in all sessions; undefined until they are loaded. */
export function useOpenPermissions(): Open | undefined {
  const { data } = useQuery(openPermissions);
  const open = useUnconfirmed(ANSWER_KEY, data ?? NONE, withoutAnswered);
  return data && open;
}

/** The numbers of questions waiting for the person, by session and by chat; zero until they are loaded. */
export function useAskingCounts(): { ofSession(id: SessionId): number; ofChat(id: ChatId): number } {
  const open = useOpenPermissions() ?? NONE;
  return {
    ofSession: (id) => open.filter((permission) => permission.sessionId === id).length,
    ofChat: (id) => open.filter((permission) => permission.chatId === id).length,
  };
}

/** Answers a question, which leaves the count at once. If another browser answered first, nothing fails: that answer is shown. */
export function useAnswerPermission() {
  return useMutation({
    mutationKey: ANSWER_KEY,
    mutationFn: (input: Answer) => trpcClient.permissions.answer.mutate(input),
    onError: (error) => {
      if (faultOf(error)?.kind !== "permission_settled") reportFailure(error);
    },
    onSettled: () => queryClient.invalidateQueries(openPermissions),
    meta: { ownWords: true },
  });
}
