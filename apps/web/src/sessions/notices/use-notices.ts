import type { Session } from "@boocode/shared/sessions/session";
import { useEffect, useRef } from "react";
import { navigate } from "../../ui/browser/location.tsx";
import { toSessionPath } from "../session-paths.ts";
import { decideNotices, NOTICE_WORDS, type Notice } from "./decide-notices.ts";
import { useNoticeChoice } from "./notice-choice.ts";

/** Shows a notification when an agent is done or asks, as chosen; never of the session that the person is looking at. */
export function useNotices(sessions: readonly Session[] | undefined, openSessionId: string | null): void {
  const choice = useNoticeChoice();
  const before = useRef<readonly Session[] | null>(null);
  useEffect(() => {
    if (!sessions) return;
    const notices = before.current === null ? [] : decideNotices(before.current, sessions);
    before.current = sessions;
    const isVisible = document.visibilityState === "visible";
    if (choice === "off" || (choice === "hidden" && isVisible)) return;
    for (const notice of notices) {
      if (!(isVisible && document.hasFocus() && notice.sessionId === openSessionId)) show(notice);
    }
  }, [sessions, openSessionId, choice]);
}

function show({ sessionId, title, kind, tag }: Notice): void {
  try {
    const shown = new Notification(title, { body: NOTICE_WORDS[kind], tag, icon: "/icon.svg" });
    shown.addEventListener("click", () => {
      window.focus();
      navigate(toSessionPath(sessionId));
      shown.close();
    });
  } catch {
    // Phones show notifications only for installed workers; the title's count is there all the same.
  }
}
