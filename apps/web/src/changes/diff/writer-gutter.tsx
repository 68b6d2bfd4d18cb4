import { UserRound } from "lucide-react";
import { AgentIcon } from "../../agents/agent-icon.tsx";
import { describeWriter, type LineMark } from "./line-marks.ts";

/** Called with a line's mark and the anchor for a popup about its writer. */
export type OnMark = (mark: LineMark, anchor: HTMLElement) => void;

/** The author gutter of a line: a bar in the agent's colour, with the agent's icon on the first line of a run. */
export function WriterGutter({ mark, onMark }: { mark: LineMark | null; onMark: OnMark | undefined }) {
  if (mark === null) return <span aria-hidden className="w-[18px] shrink-0" />;
  const bar = (
    <span
      aria-hidden
      className="w-[3px] shrink-0 self-stretch"
      style={{ background: `color-mix(in srgb, ${mark.hue} 70%, transparent)` }}
    />
  );
  const words = describeWriter(mark);
  if (!mark.isFirst || !onMark) {
    return (
      <span aria-hidden title={words} className="flex w-[18px] shrink-0 self-stretch">
        {bar}
      </span>
    );
  }
  return (
    <span className="flex w-[18px] shrink-0 self-stretch">
      {bar}
      <button
        type="button"
        aria-label={`Written by ${words}`}
        title={words}
        onClick={(event) => onMark(mark, event.currentTarget)}
        className="flex h-[19px] w-[15px] items-center justify-center rounded-sm hover:bg-hover focus-visible:-outline-offset-2"
        style={{ color: mark.hue }}
      >
        {mark.agent === null ? <UserRound aria-hidden className="size-[11px]" /> : <AgentIcon agent={mark.agent} size={11} />}
      </button>
    </span>
  );
}
