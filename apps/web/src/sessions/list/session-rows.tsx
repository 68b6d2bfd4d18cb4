import type { Session } from "@boocode/shared/sessions/session";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { COARSE, useMedia } from "../../ui/browser/media.ts";
import { ROW_HEIGHT, TOUCH_ROW_HEIGHT, toRowRuns, toRowWindow, type RowWindow } from "./row-window.ts";
import { SessionRow } from "./session-row.tsx";
import { UndrawnRows } from "./undrawn-rows.tsx";

type SessionRowsProps = {
  id: string;
  sessions: readonly Session[];
  openSessionId: string | null;
  seen: Readonly<Record<string, number>>;
  /** The scrolling element. Rows far outside its visible area are not drawn. */
  scroller: RefObject<HTMLElement | null>;
  /** Content above the rows. */
  children?: ReactNode;
};

/** A list of sessions. Long lists draw only the visible rows, so that hundreds cost no more than thirty. */
export function SessionRows({ id, sessions, openSessionId, seen, scroller, children }: SessionRowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const rowHeight = useMedia(COARSE) ? TOUCH_ROW_HEIGHT : ROW_HEIGHT;
  const view = useRowWindow(sessions.length, rowHeight, list, scroller);
  const [kept, setKept] = useState<string | null>(null);
  const runs = toRowRuns(
    view,
    sessions.findIndex((session) => session.id === kept),
    sessions.length,
  );
  const rows = runs.flatMap(({ isDrawn, from, to }) =>
    isDrawn
      ? sessions
          .slice(from, to)
          .map((session, at) => (
            <SessionRow
              key={session.id}
              session={session}
              isOpen={session.id === openSessionId}
              seenSeq={seen[session.id] ?? null}
              at={from + at + 1}
              of={sessions.length}
            />
          ))
      : [
          <UndrawnRows
            key={`until ${to === sessions.length ? "the end" : sessions[to]!.id}`}
            height={(to - from) * rowHeight - 1}
            onNeeded={(end) => {
              const { id: needed } = sessions[end === "first" ? from : to - 1]!;
              flushSync(() => setKept(needed));
              return needed;
            }}
          />,
        ],
  );
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- focus events bubble up from the links in it
    <ul
      ref={list}
      id={id}
      // The row with the focus stays drawn when it is scrolled out of sight.
      onFocus={({ target }) => setKept(target.closest<HTMLElement>("[data-session]")?.dataset.session ?? null)}
      className="flex flex-col gap-px"
    >
      {children}
      {rows}
    </ul>
  );
}

function useRowWindow(
  count: number,
  rowHeight: number,
  list: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null>,
): RowWindow {
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
        const was = toRowWindow(count, before.above, before.height, rowHeight);
        const is = toRowWindow(count, above, height, rowHeight);
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
  }, [count, rowHeight, list, scroller]);
  return toRowWindow(count, view.above, view.height, rowHeight);
}
