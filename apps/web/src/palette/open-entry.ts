import type { ChatId, SessionId } from "@boocode/shared/ids";
import { reportFailure } from "../api/faults/failures.ts";
import { trpcClient } from "../api/trpc.ts";
import { turnTarget } from "../chats/transcript/turn-target.ts";
import { toChangesPath, toSessionPath, toTabPath } from "../sessions/session-paths.ts";
import { navigate } from "../ui/browser/location.tsx";
import { putChat } from "../workspace/use-chats.ts";
import type { PaletteEntry } from "./palette-entries.ts";

/** Shows what an entry stands for, or runs it. `here`: the session in view. */
export function openEntry(entry: PaletteEntry, here: SessionId | null): void {
  switch (entry.kind) {
    case "session":
      return navigate(toSessionPath(entry.session.id));
    case "chat":
      return void openChat(entry.sessionId, entry.chatId, entry.isClosed);
    case "hit": {
      const { sessionId, chatId, taskId, itemKey } = entry.hit;
      turnTarget.set({ chatId, taskId, itemKey });
      return void openChat(sessionId, chatId, entry.isClosed);
    }
    case "change":
      return navigate(toChangesPath(entry.sessionId, null));
    case "file":
      if (here !== null) navigate(toTabPath(here, { kind: "code", path: entry.path }));
      return;
    case "command":
      return entry.command.run();
  }
}

async function openChat(sessionId: SessionId, chatId: ChatId, isClosed: boolean): Promise<void> {
  try {
    if (isClosed) putChat(await trpcClient.chats.reopen.mutate({ chatId }));
    navigate(toSessionPath(sessionId, chatId));
  } catch (error) {
    turnTarget.set(null);
    reportFailure(error);
  }
}
