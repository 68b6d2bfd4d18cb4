import type { Session } from "@boocode/shared/sessions/session";
import { type RefObject, useEffect, useState } from "react";
import { Link } from "../../ui/browser/location.tsx";
import { INBOX_PATH } from "../inbox/inbox-path.ts";
import { toSessionPath } from "../session-paths.ts";
import { StatusMark } from "./status-mark.tsx";

/** More are in the inbox. */
const SHOWN = 3;

type NeedsYouStripProps = {
  /** Those that need the person. */
  sessions: readonly Session[];
  openSessionId: string | null;
  scroller: RefObject<HTMLElement | null>;
};

/** The sessions that need the person and whose rows are out of sight, above the list. It lies over the list, so that no row moves. */
export function NeedsYouStrip({ sessions, openSessionId, scroller }: NeedsYouStripProps) {
  const ids = sessions.flatMap(({ id }) => (id === openSessionId ? [] : [id]));
  const away = useOutOfSight(ids, scroller);
  const listed = sessions.filter(({ id }) => away.has(id));
  if (listed.length === 0) return null;
  const rest = listed.length - SHOWN;
  return (
    <div className="sticky top-0 z-2 h-0">
      <ul aria-label="Needs you" className="-mx-2 flex flex-col gap-px border-b border-line bg-surface px-2 pb-1">
        {listed.slice(0, SHOWN).map(({ id, title }) => (
          <li key={id} className="rounded-md hover:bg-hover">
            <Link
              to={toSessionPath(id)}
              data-row
              title={title}
              aria-label={`${title}, needs you`}
              className="flex h-7 items-center gap-2 rounded-md px-2 font-semibold pointer-coarse:h-10"
            >
              <StatusMark mark="needs_you" />
              <span className="min-w-0 flex-1 truncate">{title}</span>
            </Link>
          </li>
        ))}
        {rest > 0 && (
          <li>
            <Link
              to={INBOX_PATH}
              className="flex h-6 items-center rounded-md pl-[30px] text-xs text-muted hover:bg-hover hover:text-ink pointer-coarse:h-10"
            >
              {rest} more in the inbox
            </Link>
          </li>
        )}
      </ul>
    </div>
  );
}

/** Those of some sessions that have no row within the visible part of the list. */
function useOutOfSight(ids: readonly string[], scroller: RefObject<HTMLElement | null>): ReadonlySet<string> {
  const [away, setAway] = useState("");
  const joined = ids.join(" ");
  useEffect(() => {
    const outer = scroller.current;
    if (!outer || joined === "") return;
    const look = () => {
      const frame = outer.getBoundingClientRect();
      const isInSight = (id: string) => {
        const row = outer.querySelector(`[data-session="${CSS.escape(id)}"]`)?.getBoundingClientRect();
        return row !== undefined && row.bottom > frame.top + row.height && row.top < frame.bottom - row.height / 2;
      };
      setAway(
        joined
          .split(" ")
          .filter((id) => !isInSight(id))
          .join(" "),
      );
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(outer);
    for (const child of outer.children) sizes.observe(child);
    // Rows that move without a change of size.
    const moves = new MutationObserver(look);
    moves.observe(outer, { childList: true, subtree: true });
    outer.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      moves.disconnect();
      outer.removeEventListener("scroll", look);
    };
  }, [joined, scroller]);
  const wanted = new Set(ids);
  return new Set(away.split(" ").filter((id) => wanted.has(id)));
}
