import type { Agent } from "@boocode/shared/agents/agent";
import type { PromptItem, TranscriptItem, TurnEndItem } from "@boocode/shared/chats/transcript";
import type { ChatId, TaskId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { AgentChoice } from "../agents/agent-pickers.tsx";
import { reportFailure } from "../api/faults/failures.ts";
import { trpcClient } from "../api/trpc.ts";
import { repeatPrompt, type RepeatedPrompt } from "../tasks/repeat-prompt.ts";
import type { TextDelivery } from "./use-prompts.ts";
import { offerPlan } from "./items/offer-plan.ts";
import type { TurnActions } from "./items/turn-end-item.tsx";
import { findPrompt } from "./transcript/transcript-rows.ts";

const CONTINUE = "Continue where you left off.";
const CARRY_OUT = "Carry out this plan.";

interface TurnActionsInput {
  chatId: ChatId;
  items: readonly TranscriptItem[];
  openTasks: readonly Pick<Task, "continues">[];
  agents: readonly Agent[] | undefined;
  setChoice(choice: AgentChoice): void;
  sendText(text: string, delivery?: TextDelivery): Promise<void>;
}

/** Continue, Retry and "Do it" for the last turn. Retry sends the same text and files as a new prompt, which calls the same skill. */
export function useTurnActions({ chatId, items, openTasks, agents, setChoice, sendText }: TurnActionsInput): TurnActions {
  return {
    continued: new Set(openTasks.flatMap(({ continues }) => continues ?? [])),
    onContinue: () => void sendText(CONTINUE),
    onRetry: (end) => {
      const repeat = (asked: PromptItem | Task | undefined) => {
        const { text, ...repeated }: RepeatedPrompt = asked ? repeatPrompt(asked) : { text: CONTINUE };
        void sendText(text, repeated);
      };
      const prompt = findPrompt(items, end.taskId);
      if (prompt) repeat(prompt);
      else readPrompt(chatId, end.taskId).then(repeat, reportFailure);
    },
    offersFor: (end: TurnEndItem) =>
      offerPlan(
        findPrompt(items, end.taskId),
        end,
        agents?.find(({ id }) => id === end.agent),
      ),
    onDo: (end, mode) => {
      const choice = { agent: end.agent, model: findPrompt(items, end.taskId)?.model ?? "", mode };
      // What follows is asked in the same mode.
      setChoice(choice);
      void sendText(CARRY_OUT, { chosen: choice });
    },
  };
}

/** Loads a prompt that is on an older page because its turn was long. */
async function readPrompt(chatId: ChatId, taskId: TaskId | null): Promise<Task | undefined> {
  const tasks = await trpcClient.tasks.list.query({ chatId, limit: 50 });
  return tasks.find((task) => task.id === taskId);
}
