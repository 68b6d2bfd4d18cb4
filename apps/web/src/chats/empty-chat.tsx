import type { Agent } from "@boocode/shared/agents/agent";
import type { WorktreeAdoption } from "@boocode/shared/worktrees/worktree";
import { GitBranch } from "lucide-react";
import { AgentIcon } from "../agents/agent-icon.tsx";
import type { AgentChoice } from "../agents/agent-pickers.tsx";
import { findModel, modelLabel } from "../agents/use-agents.ts";

/** Example prompts that the demo model understands. */
const SCRIPTED_EXAMPLES = [
  "Create a file hello.txt that says Hello from BooCode!",
  'Append "Packed by BooCode." to README.md',
  "Explain README.md",
] as const;
const EXAMPLES = [
  "Explain how this repository is built and where to start reading",
  "Find something small that is broken, and fix it with a test",
  "Add what is missing in the README",
] as const;

/** Where the agent works, by what of the session's worktree is the person's. */
const PLACE: Record<WorktreeAdoption | "made", string> = {
  made: "Works in a worktree of its own, on a branch of its own: your checkout stays as it is.",
  branch: "Works in a worktree of its own, on your branch: your checkout stays as it is.",
  worktree: "Works in your own worktree, on what is checked out there: your changes in it are kept apart from the agent's.",
};

type EmptyChatProps = {
  agents: readonly Agent[] | undefined;
  choice: AgentChoice;
  adopted: WorktreeAdoption | null;
  onExample: (text: string) => void;
};

/** A chat before its first prompt: the agent, the worktree, and three example prompts. */
export function EmptyChat({ agents, choice, adopted, onExample }: EmptyChatProps) {
  const agent = agents?.find((each) => each.id === choice.agent);
  const model = findModel(agent, choice.model);
  const examples = model?.isScripted ? SCRIPTED_EXAMPLES : EXAMPLES;
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <div className="m-auto w-full max-w-[560px] px-4 pt-8 pb-5 sm:px-6">
        <div className="flex items-center gap-2.5">
          <span className="flex size-9 items-center justify-center rounded-lg border border-line bg-surface">
            <AgentIcon agent={choice.agent} size={20} />
          </span>
          <div className="min-w-0">
            <p className="text-md font-semibold">{agent?.name ?? choice.agent}</p>
            <p className="truncate text-sm text-muted">{modelLabel(agents, choice.agent, choice.model) || "Its own default model"}</p>
          </div>
        </div>
        <ul aria-label="Examples" className="mt-5 grid gap-1.5">
          {examples.map((example) => (
            <li key={example}>
              <button
                type="button"
                onClick={() => onExample(example)}
                className="w-full rounded-md border border-line px-3 py-2 text-left text-muted transition-colors hover:border-line-strong hover:bg-hover hover:text-ink"
              >
                {example}
              </button>
            </li>
          ))}
        </ul>
        <p className="mt-5 flex items-start gap-2 text-sm text-faint">
          <GitBranch aria-hidden className="mt-px size-3.5 shrink-0" />
          {PLACE[adopted ?? "made"]}
        </p>
      </div>
    </div>
  );
}
