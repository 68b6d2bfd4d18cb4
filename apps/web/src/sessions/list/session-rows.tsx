import type { Session } from "@boocode/shared/sessions/session";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { ROW_HEIGHT, toRowWindow, type RowWindow } from "./row-window.ts";
import { SessionRow } from "./session-row.tsx";

type SessionRowsProps = {
  sessions: readonly Session[];
  openSessionId: string | null;
  seen: Readonly<Record<string, number>>;
  /** The scrolling element. Rows far outside its visible area are not drawn. */
  scroller: RefObject<HTMLElement | null>;
  /** Content above the rows. */
  children?: ReactNode;
};

/** A list of sessions. Long lists draw only the visible rows, so that hundreds cost no more than thirty. */
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
    // Not a layout effect: elements around the list may be mounted together with it, and their positions are known only afterwards.
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
    // Its first call comes with the next layout, before the paint. Asking now would cost a layout of the whole page.
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
