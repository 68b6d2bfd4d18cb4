import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId, SessionId } from "@boocode/shared/ids";
import type { WorktreeAdoption } from "@boocode/shared/worktrees/worktree";
import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { BackgroundOfSession } from "../agents/background.tsx";
import { useConnection } from "../api/connection.ts";
import { explainError, explainFault } from "../api/faults/explain-fault.ts";
import { trpc } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ChatBody } from "./chat-body.tsx";
import { useTranscript } from "./transcript/use-transcript.ts";

type ChatViewProps = {
  sessionId: SessionId;
  chatId: ChatId;
  /** True if the session's files exist on disk. */
  hasWorktree: boolean;
  /** What of the session's worktree is the person's. */
  adopted: WorktreeAdoption | null;
};

/** One chat: its transcript, queue and composer. Fills its parent. */
export function ChatView({ sessionId, chatId, hasWorktree, adopted }: ChatViewProps) {
  const chats = useQuery(trpc.chats.list.queryOptions({ sessionId }));
  const chat = chats.data?.find((each) => each.id === chatId);
  if (chat) {
    return (
      <BackgroundOfSession sessionId={sessionId}>
        <OpenChat key={chatId} chat={chat} hasWorktree={hasWorktree} adopted={adopted} />
      </BackgroundOfSession>
    );
  }
  if (chats.error) return <Failed error={chats.error} onRetry={() => void chats.refetch()} />;
  if (!chats.data) return <ChatSkeleton />;
  const { title, hint } = explainFault({ kind: "chat_not_found", chatId });
  return <EmptyState icon={<CloudOff aria-hidden />} title={title} hint={hint} />;
}

function OpenChat({ chat, hasWorktree, adopted }: { chat: Chat } & Pick<ChatViewProps, "hasWorktree" | "adopted">) {
  const { store, snapshot } = useTranscript(chat.sessionId, chat.id);
  const connection = useConnection();
  if (snapshot.phase === "failed") return <Failed error={snapshot.error} onRetry={() => store.retry()} />;
  if (snapshot.phase === "loading") return <ChatSkeleton />;
  return (
    <ChatBody
      chat={chat}
      hasWorktree={hasWorktree}
      adopted={adopted}
      snapshot={snapshot}
      onOlder={() => void store.loadOlder()}
      isOffline={connection.kind === "reconnecting"}
    />
  );
}

function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { title, hint } = explainError(error);
  return <EmptyState icon={<CloudOff aria-hidden />} title={title} hint={hint} action={<Button onClick={onRetry}>Try again</Button>} />;
}

function ChatSkeleton() {
  return (
    <div aria-busy className="mx-auto flex h-full w-full max-w-[780px] flex-col gap-3 px-6 pt-10">
      <Skeleton className="ml-auto h-9 w-1/2" />
      <Skeleton className="mt-4 h-4 w-11/12" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="h-4 w-2/3" />
    </div>
  );
}
