import type { SessionId } from "@boocode/shared/ids";
import { useEffect, useEffectEvent } from "react";
import { fromFileFragment } from "../changes/file-fragment.ts";
import { showInPanel } from "../changes/panel-state.ts";
import { fromTurnFragment } from "../chats/items/turn-fragment.ts";
import { turnTarget } from "../chats/transcript/turn-target.ts";
import { fromLineFragment } from "../files/open/line-fragment.ts";
import { setLineTarget } from "../files/open/line-target.ts";
import type { ShownTab } from "../sessions/session-paths.ts";

/** Shows what the end of the address names in the tab: a turn of a chat, a line of a file, a file of the changes. */
export function useDeepLink(sessionId: SessionId, tab: ShownTab | null): void {
  const follow = useEffectEvent(() => {
    if (!tab) return;
    const { hash } = location;
    if (tab.kind === "chat") {
      const taskId = fromTurnFragment(hash);
      if (taskId) turnTarget.set({ chatId: tab.chatId, taskId });
    } else if (tab.kind === "code" && tab.path !== null) {
      const place = fromLineFragment(hash);
      if (place) setLineTarget({ sessionId, path: tab.path, ...place });
    } else if (tab.kind === "changes") {
      const path = fromFileFragment(hash);
      if (path) showInPanel(sessionId, tab.taskId, path);
    }
  });
  useEffect(() => {
    const onHash = () => follow();
    follow();
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);
}
