import { FileDiff, FileText, MessageSquare, SquareTerminal, Zap } from "lucide-react";
import type { ReactNode } from "react";
import { Kbd } from "../ui/kbd.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { toShownShortcut } from "../ui/browser/shortcut.ts";
import type { PaletteEntry } from "./palette-entries.ts";

const KIND_WORDS = { prompt: "Prompt", answer: "Answer", thought: "Thought", tool: "Tool", other: "Note" } as const;
const ICON = "size-4 shrink-0 text-faint";

/** One entry of the palette, on one line or, for a hit, on two. */
export function PaletteRow({ entry }: { entry: PaletteEntry }) {
  switch (entry.kind) {
    case "session":
      return (
        <Line icon={<SquareTerminal aria-hidden className={ICON} />} title={entry.session.title} where={entry.project}>
          {entry.session.attention === "needs_you" && <span className="text-sm text-amber">Needs you</span>}
          {entry.session.archived && <span className="text-sm text-faint">Archived</span>}
        </Line>
      );
    case "chat":
      return (
        <Line
          icon={<MessageSquare aria-hidden className={ICON} />}
          title={entry.title}
          where={entry.title === entry.session ? "" : entry.session}
        >
          {entry.isClosed && <Closed />}
        </Line>
      );
    case "change":
      return <Line icon={<FileDiff aria-hidden className={ICON} />} title={entry.path} where={entry.session} />;
    case "file":
      return <Line icon={<FileText aria-hidden className={ICON} />} title={entry.path} />;
    case "command":
      return (
        <Line icon={<Zap aria-hidden className={ICON} />} title={entry.command.title}>
          {entry.command.keys.length > 0 && <Kbd keys={toShownShortcut(entry.command.keys)} />}
        </Line>
      );
    case "hit": {
      const { before, match, after } = entry.hit.snippet;
      return (
        <span className="flex min-w-0 flex-1 flex-col py-0.5">
          <span className="truncate">
            {before}
            {match !== "" && <mark className="rounded-xs bg-amber-soft text-ink">{match}</mark>}
            {after}
          </span>
          <span className="flex min-w-0 gap-1.5 text-sm text-faint">
            <span className="shrink-0">{KIND_WORDS[entry.hit.kind]}</span>
            <span className="truncate">· {entry.title === entry.session ? entry.title : `${entry.title} · ${entry.session}`}</span>
            {entry.isClosed && <Closed />}
            <span className="ml-auto shrink-0">
              <RelativeTime at={entry.hit.at} />
            </span>
          </span>
        </span>
      );
    }
  }
}

/** A closed chat comes back when it is chosen. */
const Closed = () => <span className="shrink-0 text-sm text-faint">Closed, reopens</span>;

type LineProps = { icon: ReactNode; title: string; where?: string; children?: ReactNode };

function Line({ icon, title, where, children }: LineProps) {
  return (
    <>
      {icon}
      <span className="min-w-0 truncate">{title}</span>
      {where !== undefined && <span className="min-w-0 flex-1 truncate text-sm text-faint">{where}</span>}
      <span className="ml-auto shrink-0">{children}</span>
    </>
  );
}
