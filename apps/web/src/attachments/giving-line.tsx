import type { Agent } from "@boocode/shared/agents/agent";
import type { Attachment } from "@boocode/shared/attachments/attachment";
import { describeGiving, toTakes } from "./describe-attachment.ts";

type GivingLineProps = { agent: Agent | undefined; model: string; files: readonly Attachment[]; className?: string };

/** Says before sending which files the chosen agent does not take as they are. Renders nothing if it takes all. */
export function GivingLine({ agent, model, files, className }: GivingLineProps) {
  const lines = agent ? describeGiving(agent.name, toTakes(agent, model), files) : [];
  if (lines.length === 0) return null;
  return (
    <div role="status" className={className}>
      {lines.map((line) => (
        <p key={line} className="[overflow-wrap:anywhere]">
          {line}
        </p>
      ))}
    </div>
  );
}
