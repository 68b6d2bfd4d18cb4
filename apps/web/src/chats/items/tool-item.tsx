import type { ToolItem } from "@boocode/shared/chats/transcript";
import clsx from "clsx";
import { PatchView } from "../../changes/diff/patch-view.tsx";
import { formatDuration } from "../../tasks/format-turn.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { CommandOutput } from "./command-output.tsx";
import { Disclosure } from "./disclosure.tsx";
import { TOOL_LOOK, countPatch, describeOutcome, toCommandLine, toolDurationMs } from "./tool-look.ts";
import { showHidden } from "./show-hidden.ts";
import { useExpanded } from "./use-expanded.ts";

/** One tool call. Tools that change something get a card; tools that only read get one line. */
export function ToolView({ item }: { item: ToolItem }) {
  const { icon: Icon, isCard } = TOOL_LOOK[item.toolKind];
  const [isOpen, setOpen] = useExpanded(item.key, isCard && hasBody(item));
  const isRunning = item.status === "running";
  return (
    <Disclosure
      isOpen={isOpen}
      onOpenChange={setOpen}
      isCard={isCard}
      icon={isRunning ? <Spinner size={13} className="text-accent" /> : <Icon aria-hidden className="size-3.5" />}
      title={<ToolTitle item={item} />}
      aside={<ToolAside item={item} />}
    >
      {hasBody(item) ? <ToolBody item={item} isCard={isCard} /> : null}
    </Disclosure>
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

function ToolAside({ item }: { item: ToolItem }) {
  const { patch } = item.result;
  const outcome = describeOutcome(item);
  const isQuiet = item.status === "running";
  const ms = toolDurationMs(item);
  const changed = patch ? countPatch(patch) : null;
  return (
    <>
      {changed && (
        <span>
          {changed.additions > 0 && <span className="text-added">+{changed.additions}</span>}{" "}
          {changed.deletions > 0 && <span className="text-removed">−{changed.deletions}</span>}
        </span>
      )}
      {ms !== null && <span>{formatDuration(ms)}</span>}
      {outcome !== null && <span className={clsx(isQuiet && "sr-only")}>{outcome}</span>}
    </>
  );
}

function hasBody({ result, toolKind, input, argv }: ToolItem): boolean {
  return Boolean(result.output || result.patch || result.error) || (toolKind === "other" && input !== undefined && argv === null);
}

function ToolBody({ item, isCard }: { item: ToolItem; isCard: boolean }) {
  const { result, toolKind, input } = item;
  return (
    <div className={clsx(!isCard && "mb-1 ml-6 overflow-hidden rounded-md border border-line")}>
      {result.patch ? <PatchView patch={result.patch} /> : null}
      {toolKind === "other" && input !== undefined && <ToolInput input={input} />}
      {result.output && !result.patch ? <CommandOutput output={result.output} truncatedBytes={result.truncatedBytes ?? 0} /> : null}
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
