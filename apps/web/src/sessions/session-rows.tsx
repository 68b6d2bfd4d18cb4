import type { Session } from "@boocode/shared/sessions/session";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { ROW_HEIGHT, toRowWindow, type RowWindow } from "./row-window.ts";
import { SessionRow } from "./session-row.tsx";

type SessionRowsProps = {
  sessions: readonly Session[];
  openSessionId: string | null;
  seen: Readonly<Record<string, number>>;
  /** What scrolls: rows far from what is in sight are not drawn. */
  scroller: RefObject<HTMLElement | null>;
  /** Above the rows. */
  children?: ReactNode;
};

/** Sessions below each other. Of many only those in sight are drawn, so that hundreds cost what thirty do. */
export function SessionRows({ sessions, openSessionId, seen, scroller, children }: SessionRowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const { from, to } = useRowWindow(sessions.length, list, scroller);
  return (
    <ul ref={list} className="flex flex-col gap-px">
      {children}
      {from > 0 && <li aria-hidden style={{ height: from * ROW_HEIGHT - 1 }} />}
      {sessions.slice(from, to).map((session, at) => (
        <SessionRow
          key={session.id}
          session={session}
          isOpen={session.id === openSessionId}
          seenSeq={seen[session.id] ?? null}
          at={from + at + 1}
          of={sessions.length}
        />
      ))}
      {to < sessions.length && <li aria-hidden style={{ height: (sessions.length - to) * ROW_HEIGHT - 1 }} />}
    </ul>
  );
}

function useRowWindow(count: number, list: RefObject<HTMLElement | null>, scroller: RefObject<HTMLElement | null>): RowWindow {
  const [view, setView] = useState(() => ({ above: 0, height: typeof window === "undefined" ? 0 : window.innerHeight }));
  useEffect(() => {
    // Not in the layout: what is around the list may be as new as the list, and is known only after it.
    const outer = scroller.current;
    if (!outer) return;
    const look = () => {
      const inner = list.current;
      if (!inner) return;
      const above = outer.getBoundingClientRect().top - inner.getBoundingClientRect().top;
      const height = outer.clientHeight;
      setView((before) => {
        const [was, is] = [toRowWindow(count, before.above, before.height), toRowWindow(count, above, height)];
        return was.from === is.from && was.to === is.to ? before : { above, height };
      });
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(outer);
    if (list.current) observer.observe(list.current);
    outer.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      outer.removeEventListener("scroll", look);
    };
  }, [count, list, scroller]);
  return toRowWindow(count, view.above, view.height);
}
