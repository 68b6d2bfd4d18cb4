import { CircleAlert } from "lucide-react";
import { Spinner } from "../../ui/spinner.tsx";
import { MARK_WORDS, type SessionMark } from "./session-mark.ts";

/** The mark of a session or chat in a 14 px box, so that titles stay aligned. */
export function StatusMark({ mark }: { mark: SessionMark }) {
  return (
    <span className="inline-grid size-3.5 shrink-0 place-items-center" title={MARK_WORDS[mark]}>
      <Sign mark={mark} />
      {mark !== "idle" && <span className="sr-only">{MARK_WORDS[mark]}: </span>}
    </span>
  );
}

function Sign({ mark }: { mark: SessionMark }) {
  switch (mark) {
    case "running":
      return <Spinner size={12} className="text-accent" />;
    case "needs_you":
      return <span className="size-2 rounded-full bg-amber-mark shadow-[0_0_0_3px_var(--amber-soft)]" />;
    case "failed":
      return <CircleAlert aria-hidden className="size-3.5 text-removed" />;
    case "unread":
      return <span className="size-2 rounded-full bg-accent" />;
    case "queued":
      return <span className="size-2 rounded-full border-[1.5px] border-dashed border-muted" />;
    case "idle":
      return <span className="size-1.5 rounded-full bg-line-strong" />;
  }
}
