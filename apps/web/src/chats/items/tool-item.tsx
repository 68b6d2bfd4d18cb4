import type { ToolItem } from "@boocode/shared/chats/transcript";
import clsx from "clsx";
import { ListTree } from "lucide-react";
import { PatchView } from "../../changes/diff/patch-view.tsx";
import { formatDuration } from "../../tasks/format-turn.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { MarkdownView } from "../markdown/markdown-view.tsx";
import { describeReach } from "./calls/describe-reach.ts";
import { CommandOutput } from "./command-output.tsx";
import { Disclosure } from "./disclosure.tsx";
import { TOOL_LOOK, countPatch, describeOutcome, toCommandLine, toolDurationMs } from "./tool-look.ts";
import { showHidden } from "./show-hidden.ts";
import { useExpanded } from "../../ui/browser/use-expanded.ts";

const NOTHING: readonly ToolItem[] = [];

/** One tool call. Tools that change something get a card; tools that only read get one line. A sub-task is a closed card with its calls in it. */
export function ToolView({
  item,
  inside = NOTHING,
  isInside = false,
}: {
  item: ToolItem;
  inside?: readonly ToolItem[];
  isInside?: boolean;
}) {
  const isSubTask = inside.length > 0;
  const { icon, isCard: isUsualCard } = TOOL_LOOK[item.toolKind];
  const Icon = isSubTask ? ListTree : icon;
  const isCard = isSubTask || isUsualCard;
  const [isOpen, setOpen] = useExpanded(item.key, isCard && !isSubTask && !isInside && isOpenAtFirst(item));
  const isRunning = item.status === "running";
  return (
    <Disclosure
      isOpen={isOpen}
      onOpenChange={setOpen}
      isCard={isCard}
      icon={isRunning ? <Spinner size={13} className="text-accent" /> : <Icon aria-hidden className="size-3.5" />}
      title={<ToolTitle item={item} />}
      aside={<ToolAside item={item} calls={inside.length} />}
    >
      {isSubTask ? <SubTaskBody item={item} inside={inside} /> : hasBody(item) ? <ToolBody item={item} isCard={isCard} /> : null}
    </Disclosure>
  );
}

function SubTaskBody({ item, inside }: { item: ToolItem; inside: readonly ToolItem[] }) {
  return (
    <>
      <ul aria-label="Calls of the sub-task" className="flex flex-col gap-1 px-2.5 py-1.5">
        {inside.map((call) => (
          <li key={call.key} data-item={call.key}>
            <ToolView item={call} isInside />
          </li>
        ))}
      </ul>
      {item.result.output && (
        <div className="border-t border-line px-3 py-2">
          <MarkdownView id={`${item.key}:answer`} text={item.result.output} isStreaming={false} />
        </div>
      )}
      {item.result.error && (
        <p className="border-t border-line px-3 py-2 text-sm break-words whitespace-pre-wrap text-muted">{item.result.error}</p>
      )}
    </>
  );
}

function ToolTitle({ item }: { item: ToolItem }) {
  if (item.toolKind === "command" && item.argv) {
    const line = showHidden(toCommandLine(item.argv));
    return (
      <span className="font-mono text-[12px] text-ink" title={line}>
        <span className="text-faint select-none">$ </span>
        {line}
      </span>
    );
  }
  const title = showHidden(item.title);
  return (
    <span className={clsx(TOOL_LOOK[item.toolKind].isCard && "text-ink")} title={title}>
      {title}
    </span>
  );
}

function ToolAside({ item, calls }: { item: ToolItem; calls: number }) {
  const { patch } = item.result;
  const outcome = describeOutcome(item);
  const isQuiet = item.status === "running";
  const ms = toolDurationMs(item);
  const reach = describeReach(item);
  const changed = patch ? countPatch(patch) : null;
  return (
    <>
      {calls > 0 && <span>{calls === 1 ? "1 call" : `${calls} calls`}</span>}
      {changed && (
        <span>
          {changed.additions > 0 && <span className="text-added">+{changed.additions}</span>}{" "}
          {changed.deletions > 0 && <span className="text-removed">−{changed.deletions}</span>}
        </span>
      )}
      {reach !== null && <span>{reach}</span>}
      {ms !== null && <span>{formatDuration(ms)}</span>}
      {outcome !== null && <span className={clsx(isQuiet && "sr-only")}>{outcome}</span>}
    </>
  );
}

/** A new file is closed: its lines are in Changes. */
function isOpenAtFirst(item: ToolItem): boolean {
  const { toolKind, status, result } = item;
  const isNew = toolKind === "write" && status !== "failed" && (!result.patch || countPatch(result.patch).deletions === 0);
  return hasBody(item) && !isNew;
}

function hasBody({ result, toolKind, input, argv }: ToolItem): boolean {
  return Boolean(result.output || result.patch || result.error) || (toolKind === "other" && input !== undefined && argv === null);
}

function ToolBody({ item, isCard }: { item: ToolItem; isCard: boolean }) {
  const { result, toolKind, input } = item;
  return (
    <div className={clsx(!isCard && "mb-1 ml-6 overflow-hidden rounded-md border border-line")}>
      {result.patch ? <PatchView id={item.key} patch={result.patch} /> : null}
      {toolKind === "other" && input !== undefined && <ToolInput input={input} />}
      {result.output && !result.patch ? (
        <CommandOutput id={item.key} output={result.output} truncatedBytes={result.truncatedBytes ?? 0} />
      ) : null}
      {result.error ? <p className="px-3 py-2 text-sm break-words whitespace-pre-wrap text-muted">{result.error}</p> : null}
    </div>
  );
}

function ToolInput({ input }: { input: unknown }) {
  const text = typeof input === "string" ? input : JSON.stringify(input, null, 2);
  if (!text || text === "{}") return null;
  return (
    <pre
      tabIndex={0}
      aria-label="Input"
      className="max-h-60 overflow-auto border-b border-line bg-surface px-3 py-2 text-[12px] leading-[18px] whitespace-pre-wrap last:border-b-0"
    >
      {text}
    </pre>
  );
}
