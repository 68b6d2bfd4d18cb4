import type { TurnEndItem } from "@boocode/shared/chats/transcript";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { useMutation } from "@tanstack/react-query";
import { CircleAlert, CircleStop, RotateCcw, StepForward } from "lucide-react";
import { AgentIcon } from "../../agents/agent-icon.tsx";
import { LeftByTurn } from "../../agents/background.tsx";
import { modelLabel, useAgents } from "../../agents/use-agents.ts";
import { trpc } from "../../api/trpc.ts";
import { RestoreOffer } from "../../changes/turn/restore-button.tsx";
import { TurnDiffButton } from "../../changes/turn/turn-diff-button.tsx";
import { explainEnd, quoteCause, type CauseQuote, type CauseWords } from "../../tasks/explain-cause.ts";
import { describeUsage, formatDuration } from "../../tasks/format-turn.ts";
import { requestSettings } from "../../ui/browser/settings-request.ts";
import { Button } from "../../ui/button.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Disclosure } from "./disclosure.tsx";
import { useExpanded } from "./use-expanded.ts";

export interface TurnActions {
  /** Asks the agent to continue where its turn stopped. */
  onContinue(end: TurnEndItem): void;
  /** Sends the turn's prompt again as a new prompt. */
  onRetry(end: TurnEndItem): void;
}

type TurnEndProps = {
  item: TurnEndItem;
  /** True if the agent did something in this turn. */
  hasOutput: boolean;
  /** Null if another turn follows, which makes the actions obsolete. */
  actions: TurnActions | null;
};

/** The footer of a turn: agent, duration and cost; after a failure, also the cause and what to do. */
export function TurnEndView({ item, hasOutput, actions }: TurnEndProps) {
  const words = explainEnd(item, hasOutput);
  const quote = words && quoteCause(item);
  return (
    <div data-testid="turn-end" className="pt-1 pb-4">
      {words && (
        <div className="mb-2 rounded-md border border-line bg-surface px-3 py-2.5">
          <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
            <span className="flex h-5 items-center">
              {item.state === "failed" ? (
                <CircleAlert aria-hidden className="size-4 text-removed" />
              ) : (
                <CircleStop aria-hidden className="size-4 text-amber" />
              )}
            </span>
            <div className="min-w-48 flex-1">
              <p className="font-medium">{words.title}</p>
              <p className="text-muted">{words.hint}</p>
              {quote && <Quote quote={quote} />}
            </div>
            <div className="ml-auto flex flex-wrap gap-2">
              {words.offersSettings && (
                <Button size="sm" variant="quiet" onClick={requestSettings}>
                  Open settings
                </Button>
              )}
              {actions && <EndAction action={words.action} item={item} actions={actions} />}
            </div>
          </div>
          {item.evidence && item.cause !== "stopped_by_person" && (
            <Evidence id={item.key} evidence={quote ? withoutSaid(item.evidence, quote) : item.evidence} />
          )}
        </div>
      )}
      <Facts item={item} />
      <LeftByTurn taskId={item.taskId} />
    </div>
  );
}

/** The full error message of the model or agent, which is often the quickest way to the cause. */
function Quote({ quote }: { quote: CauseQuote }) {
  return (
    <figure className="mt-2">
      <figcaption className="text-xs text-faint">{quote.by}</figcaption>
      <blockquote className="max-h-40 overflow-auto text-sm break-words whitespace-pre-wrap [overflow-wrap:anywhere]">
        {quote.text}
      </blockquote>
    </figure>
  );
}

/** Removes the quoted message from the evidence, so that "Why" does not repeat it. */
function withoutSaid(evidence: TaskEvidence, quote: CauseQuote): TaskEvidence {
  const { message, stderrTail, ...rest } = evidence;
  return {
    ...rest,
    ...(message === undefined || message.trim() === quote.text ? {} : { message }),
    ...(stderrTail === undefined || stderrTail.trim() === quote.text ? {} : { stderrTail }),
  };
}

function EndAction({ action, item, actions }: { action: CauseWords["action"]; item: TurnEndItem; actions: TurnActions }) {
  const refresh = useMutation(trpc.agents.refresh.mutationOptions());
  if (action === "look_again") {
    // Also if the search failed: sending the prompt then shows why.
    const lookAndSend = () => refresh.mutate(undefined, { onSettled: () => actions.onRetry(item) });
    return (
      <Button size="sm" busy={refresh.isPending} onClick={lookAndSend}>
        <RotateCcw aria-hidden className="size-3.5" />
        Try again
      </Button>
    );
  }
  const isContinue = action === "continue";
  const Icon = isContinue ? StepForward : RotateCcw;
  return (
    <Button size="sm" onClick={() => (isContinue ? actions.onContinue(item) : actions.onRetry(item))}>
      <Icon aria-hidden className="size-3.5" />
      {isContinue ? "Continue" : "Retry"}
    </Button>
  );
}

function Evidence({ id, evidence }: { id: string; evidence: TaskEvidence }) {
  const [isOpen, setOpen] = useExpanded(`${id}:evidence`, false);
  const rows = [
    ["Message", evidence.message],
    ["HTTP status", evidence.httpStatus],
    ["Exit code", evidence.exitCode],
    ["Signal", evidence.signal],
    ["Last event", evidence.lastEvent],
    ["Standard error", evidence.stderrTail],
  ].filter(([, value]) => value !== undefined && value !== "");
  if (rows.length === 0) return null;
  return (
    <div className="mt-1 pl-5">
      <Disclosure isOpen={isOpen} onOpenChange={setOpen} title="Why">
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 pb-1 pl-6 text-sm">
          {rows.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-faint">{name}</dt>
              <dd className="max-h-48 min-w-0 overflow-auto font-mono text-xs leading-5 break-words whitespace-pre-wrap">{value}</dd>
            </div>
          ))}
        </dl>
      </Disclosure>
    </div>
  );
}

function Facts({ item }: { item: TurnEndItem }) {
  const agents = useAgents();
  const facts = [
    item.model && modelLabel(agents, item.agent, item.model),
    item.durationMs === null ? null : formatDuration(item.durationMs),
    ...describeUsage(item.usage),
  ].filter(Boolean);
  return (
    <div className="tabular flex flex-wrap items-center gap-x-1.5 text-xs text-faint">
      <AgentIcon agent={item.agent} size={12} />
      <span className="text-muted">{agents?.find((agent) => agent.id === item.agent)?.name ?? item.agent}</span>
      {facts.map((fact) => (
        <span key={fact as string}>· {fact}</span>
      ))}
      {item.filesChanged > 0 && item.taskId && (
        <>
          · <TurnDiffButton taskId={item.taskId} filesChanged={item.filesChanged} />
          <RestoreOffer item={item} />
        </>
      )}
      <span>
        · <RelativeTime at={item.at} />
      </span>
    </div>
  );
}
