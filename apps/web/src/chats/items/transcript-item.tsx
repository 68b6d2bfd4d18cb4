import type { JudgementItem, ToolItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import type { AgentId } from "@boocode/shared/ids";
import { memo } from "react";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { MarkdownView } from "../markdown/markdown-view.tsx";
import { showPath } from "../../files/show-path.ts";
import { describeJudgement } from "./describe-judgement.ts";
import { SkillView } from "./skill-item.tsx";
import { HandoffView } from "./handoff-item.tsx";
import { NoticeView } from "./notice-item.tsx";
import { PermissionView } from "./permission-item.tsx";
import { PlanView } from "./plan-item.tsx";
import { PromptView, SteerView } from "./prompt-item.tsx";
import { ThoughtView } from "./thought-item.tsx";
import { ToolView } from "./tool-item.tsx";
import { TurnEndView, type TurnActions } from "./turn-end-item.tsx";

type TranscriptItemProps = {
  item: TranscriptItem;
  /** Used by the footer of a turn: see `TurnEndView`. */
  hasOutput: boolean;
  /** What the agent said at the end of the turn. */
  answer: string;
  /** Who asks a question, if it is known. */
  agent: AgentId | null;
  /** The calls of a sub-task inside this one. */
  inside: readonly ToolItem[];
  actions: TurnActions | null;
};

/** One item of a transcript, rendered again only when it changes. */
export const TranscriptItemView = memo(function TranscriptItemView({
  item,
  hasOutput,
  answer,
  agent,
  inside,
  actions,
}: TranscriptItemProps) {
  switch (item.kind) {
    case "prompt":
      return <PromptView item={item} />;
    case "steer":
      return <SteerView item={item} />;
    case "text":
      return (
        <div className="py-1">
          <MarkdownView id={item.key} text={item.text} isStreaming={item.isStreaming} />
        </div>
      );
    case "thought":
      return <ThoughtView item={item} />;
    case "tool":
      return <ToolView item={item} inside={inside} />;
    case "plan":
      return <PlanView item={item} />;
    case "permission":
      return <PermissionView item={item} agent={agent} />;
    case "notice":
      return <NoticeView item={item} />;
    case "skill":
      return <SkillView item={item} />;
    case "handoff":
      return <HandoffView item={item} />;
    case "judgement":
      return <JudgementView item={item} />;
    case "turn_end":
      return <TurnEndView item={item} hasOutput={hasOutput} answer={answer} actions={actions} />;
  }
});

function JudgementView({ item }: { item: JudgementItem }) {
  return (
    <p data-testid="judgement" title={item.paths.map(showPath).join("\n")} className="py-0.5 text-xs break-words text-faint">
      {describeJudgement(item)} · <RelativeTime at={item.at} />
    </p>
  );
}
