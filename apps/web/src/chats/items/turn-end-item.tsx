import type { TurnEndItem } from "@boocode/shared/chats/transcript";
import type { TaskId } from "@boocode/shared/ids";
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
import { describeCost, describeUsage, formatDuration } from "../../tasks/format-turn.ts";
import { openSettings } from "../../ui/browser/settings-path.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Tooltip } from "../../ui/popups/tooltip.tsx";
import { RelativeTime, useNow } from "../../ui/relative-time.tsx";
import { Disclosure } from "./disclosure.tsx";
import { LimitAction } from "./limit-action.tsx";
import type { PlanOffer } from "./offer-plan.ts";
import { PlanOffers } from "./plan-offers.tsx";
import { toTurnFragment } from "./turn-fragment.ts";
import { useExpanded } from "../../ui/browser/use-expanded.ts";

export interface TurnActions {
  /** The turns whose continuation waits in the queue already. */
  continued: ReadonlySet<TaskId>;
  /** Asks the agent to continue where its turn stopped. */
  onContinue(end: TurnEndItem): void;
  /** Sends the turn's prompt again as a new prompt. */
  onRetry(end: TurnEndItem): void;
  /** The ways to carry out the plan that the turn ended with; empty if it is no plan. */
  offersFor(end: TurnEndItem): readonly PlanOffer[];
  /** Sends the plan on, to be carried out in another mode. */
  onDo(end: TurnEndItem, mode: string): void;
}

type TurnEndProps = {
  item: TurnEndItem;
  /** True if the agent did something in this turn. */
  hasOutput: boolean;
  /** What the agent said at the end. */
  answer: string;
  /** Null if another turn follows, which makes the actions obsolete. */
  actions: TurnActions | null;
};

/** The footer of a turn: agent, duration and cost; after a failure, also the cause and what to do. */
export function TurnEndView({ item, hasOutput, answer, actions }: TurnEndProps) {
  const words = explainEnd(item, hasOutput, useNow());
  const quote = words && quoteCause(item);
  const offers = (hasOutput && actions?.offersFor(item)) || [];
  return (
    <div data-testid="turn-end" className="pt-1 pb-4">
      {words && item.state === "cancelled" && <StoppedLine words={words} item={item} actions={actions} />}
      {words && item.state !== "cancelled" && (
        <div className="mb-2 rounded-md border border-line bg-surface px-3 py-2.5">
          <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
            <span className="flex h-5 items-center">
              <CircleAlert aria-hidden className={item.state === "failed" ? "size-4 text-removed" : "size-4 text-amber"} />
            </span>
            <div className="min-w-48 flex-1">
              <p className="font-medium">{words.title}</p>
              <p className="text-muted">{words.hint}</p>
              {quote && <Quote quote={quote} />}
            </div>
            <div className="ml-auto flex flex-wrap gap-2">
              {words.offersSettings && (
                <Button size="sm" variant="quiet" onClick={() => openSettings("models")}>
                  Open settings
                </Button>
              )}
              {actions && words.action === "continue_then" && (
                <LimitAction
                  item={item}
                  isContinued={item.taskId !== null && actions.continued.has(item.taskId)}
                  onTryNow={() => (hasOutput ? actions.onContinue(item) : actions.onRetry(item))}
                />
              )}
              {actions && words.action !== "continue_then" && <EndAction action={words.action} item={item} actions={actions} />}
            </div>
          </div>
          {item.evidence && <Evidence id={item.key} evidence={quote ? withoutSaid(item.evidence, quote) : item.evidence} />}
        </div>
      )}
      {offers.length > 0 && <PlanOffers offers={offers} onDo={(mode) => actions?.onDo(item, mode)} />}
      <Facts item={item} answer={answer} />
      <LeftByTurn taskId={item.taskId} />
    </div>
  );
}

/** A turn that the person stopped: one quiet line, with the way on. */
function StoppedLine({ words, item, actions }: { words: CauseWords; item: TurnEndItem; actions: TurnActions | null }) {
  const isContinue = words.action === "continue";
  return (
    <div className="mb-1 text-muted" title={words.hint}>
      <p className="flex min-h-6 flex-wrap items-center gap-x-1.5 pointer-coarse:min-h-10">
        <CircleStop aria-hidden className="size-3.5 text-faint" />
        {words.title}
        {actions && (
          <>
            <span aria-hidden>·</span>
            <button
              type="button"
              onClick={() => (isContinue ? actions.onContinue(item) : actions.onRetry(item))}
              className="rounded-sm font-medium hover:text-ink hover:underline pointer-coarse:min-h-10"
            >
              {isContinue ? "Continue" : "Retry"}
            </button>
          </>
        )}
      </p>
      {/* The agent did not stop by itself. */}
      {item.evidence?.message !== undefined && <Evidence id={item.key} evidence={item.evidence} />}
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

function EndAction({
  action,
  item,
  actions,
}: {
  action: Exclude<CauseWords["action"], "continue_then">;
  item: TurnEndItem;
  actions: TurnActions;
}) {
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

function Facts({ item, answer }: { item: TurnEndItem; answer: string }) {
  const agents = useAgents();
  const shown = [
    item.model && modelLabel(agents, item.agent, item.model),
    item.durationMs === null ? null : formatDuration(item.durationMs),
    describeCost(item.usage),
  ].filter(Boolean);
  // A turn that failed may not have come far enough to use anything.
  const usage = item.usage === null && item.state !== "completed" ? [] : describeUsage(item.usage);
  const facts = (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that keyboard users reach its tooltip
    <span className="flex items-center gap-x-1.5 rounded-sm" tabIndex={usage.length > 0 ? 0 : undefined}>
      <AgentIcon agent={item.agent} size={12} />
      <span className="text-muted">{agents?.find((agent) => agent.id === item.agent)?.name ?? item.agent}</span>
      {shown.map((fact) => (
        <span key={fact as string}>· {fact}</span>
      ))}
    </span>
  );
  return (
    <div className="tabular flex min-h-6 flex-wrap items-center gap-x-1.5 text-xs text-faint">
      {usage.length > 0 ? (
        <Tooltip label={usage.join(" · ")} side="top">
          {facts}
        </Tooltip>
      ) : (
        facts
      )}
      {item.filesChanged > 0 && item.taskId && (
        <>
          · <TurnDiffButton taskId={item.taskId} filesChanged={item.filesChanged} />
          <RestoreOffer item={item} />
        </>
      )}
      <span>
        ·{" "}
        {item.taskId === null ? (
          <RelativeTime at={item.at} />
        ) : (
          <a
            href={toTurnFragment(item.taskId)}
            className="relative inline-block rounded-sm underline decoration-line-strong underline-offset-2 hover:text-ink"
          >
            <RelativeTime at={item.at} />
            <span className="sr-only">: link to this turn</span>
          </a>
        )}
      </span>
      {answer !== "" && <CopyButton label="Copy answer" text={answer} className="pointer-coarse:size-10" />}
    </div>
  );
}
