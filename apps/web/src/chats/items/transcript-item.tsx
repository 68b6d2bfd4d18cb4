import type { JudgementItem, NoticeItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import { Info, TriangleAlert } from "lucide-react";
import { memo } from "react";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { MarkdownView } from "../markdown/markdown-view.tsx";
import { showPath } from "../../changes/diff/show-path.ts";
import { describeJudgement } from "./describe-judgement.ts";
import { PermissionView } from "./permission-item.tsx";
import { PlanView } from "./plan-item.tsx";
import { PromptView } from "./prompt-item.tsx";
import { ThoughtView } from "./thought-item.tsx";
import { ToolView } from "./tool-item.tsx";
import { TurnEndView, type TurnActions } from "./turn-end-item.tsx";

type TranscriptItemProps = {
  item: TranscriptItem;
  /** Used by the footer of a turn: see `TurnEndView`. */
  hasOutput: boolean;
  actions: TurnActions | null;
};

/** One item of a transcript, rendered again only when it changes. */
export const TranscriptItemView = memo(function TranscriptItemView({ item, hasOutput, actions }: TranscriptItemProps) {
  switch (item.kind) {
    case "prompt":
      return <PromptView item={item} />;
    case "text":
      return (
        <div className="py-1">
          <MarkdownView id={item.key} text={item.text} isStreaming={item.isStreaming} />
        </div>
      );
    case "thought":
      return <ThoughtView item={item} />;
    case "tool":
      return <ToolView item={item} />;
    case "plan":
      return <PlanView item={item} />;
    case "permission":
      return <PermissionView item={item} />;
    case "notice":
      return <NoticeView item={item} />;
    case "judgement":
      return <JudgementView item={item} />;
    case "turn_end":
      return <TurnEndView item={item} hasOutput={hasOutput} actions={actions} />;
  }
});

function NoticeView({ item }: { item: NoticeItem }) {
  const Icon = item.level === "warning" ? TriangleAlert : Info;
  return (
    <p className="flex gap-2 py-1 text-muted">
      <span className="flex h-5 w-4 shrink-0 items-center justify-center">
        <Icon aria-hidden className={item.level === "warning" ? "size-3.5 text-amber" : "size-3.5 text-faint"} />
      </span>
      <span className="min-w-0 break-words whitespace-pre-wrap">{item.text}</span>
    </p>
  );
}

function JudgementView({ item }: { item: JudgementItem }) {
  return (
    <p data-testid="judgement" title={item.paths.map(showPath).join("\n")} className="py-0.5 text-xs break-words text-faint">
      {describeJudgement(item)} · <RelativeTime at={item.at} />
    </p>
  );
}
