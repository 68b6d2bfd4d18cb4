import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { ChatId } from "@boocode/shared/ids";
import { ArrowDown, RotateCcw } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { ErrorBoundary } from "../../ui/error-boundary.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { PromptBubble, RemovedPrompt } from "../items/prompt-item.tsx";
import { scrollMemory } from "./scroll-memory.ts";
import { TranscriptItemView } from "../items/transcript-item.tsx";
import { UnshownItem } from "../items/unshown-item.tsx";
import type { TranscriptRow } from "./transcript-rows.ts";
import type { TurnActions } from "../items/turn-end-item.tsx";
import { useStickToEnd } from "./use-stick-to-end.ts";
import { useTurnTarget } from "./use-turn-target.ts";

/** Older items are loaded within this distance from the top, in pixels. */
const READ_OLDER_WITHIN = 900;

type TranscriptViewProps = {
  chatId: ChatId;
  rows: readonly TranscriptRow[];
  /** True if the rows differ from the last ones only by prepended rows. */
  isPrepended: boolean;
  hasMore: boolean;
  older: "idle" | "reading" | "failed";
  onOlder: () => void;
  actions: TurnActions;
  /** The content of the last row: what the running turn is doing. */
  working: ReactNode;
};

/** The virtualised rows of a chat: only visible rows are in the DOM. Needs a `key` per chat. */
export function TranscriptView({ chatId, rows, isPrepended, hasMore, older, onOlder, actions, working }: TranscriptViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const [place] = useState(() => scrollMemory.get(chatId));
  const { isAtEnd, onScroll, jump, settle, hold, isStuck } = useStickToEnd(scroller, place?.isAtEnd ?? true);
  const newItems = useNewItems(rows, isAtEnd);
  const rowCount = useRef(rows.length);

  useLayoutEffect(() => {
    rowCount.current = rows.length;
  });
  useLayoutEffect(() => {
    const virtual = list.current;
    const element = scroller.current;
    // We scroll instead of the list, which would scroll back with each row it measures, even after new rows arrived below.
    if (element) element.scrollTop = place && !place.isAtEnd ? place.offset : element.scrollHeight;
    return () => {
      if (virtual)
        scrollMemory.set(chatId, { isAtEnd: isStuck(), offset: virtual.scrollOffset, rows: rowCount.current, sizes: virtual.cache });
    };
    // oxlint-disable-next-line react/exhaustive-deps -- runs once: restores the initial scroll position
  }, []);

  const canReadOlder = hasMore && older === "idle";
  const lookForOlder = () => {
    if (canReadOlder && (scroller.current?.scrollTop ?? 0) < READ_OLDER_WITHIN) onOlder();
  };
  // Short items may not fill the view, so there is nothing to scroll: load more at once.
  useEffect(() => {
    const element = scroller.current;
    if (element && canReadOlder && element.scrollHeight < element.clientHeight + READ_OLDER_WITHIN) onOlder();
  }, [canReadOlder, onOlder]);

  useTurnTarget({ chatId, rows, list, hold, readOlder: hasMore ? (canReadOlder ? onOlder : () => {}) : null });

  // Scroll to a prompt that the person has just sent.
  const sendingKey = rows.findLast((row) => row.kind === "sending")?.key ?? null;
  useLayoutEffect(() => {
    if (sendingKey !== null) jump();
  }, [sendingKey, jump]);

  // What the person did with the changes afterwards does not make the turn's actions obsolete.
  const lastEnd = rows.findLast((row) => row.kind === "item" && row.item.kind !== "judgement");
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-label="Transcript"
        aria-live="off"
        tabIndex={0}
        onScroll={() => {
          onScroll();
          lookForOlder();
        }}
        onClickCapture={(event) => {
          if (event.target instanceof Element && event.target.closest("[aria-expanded]")) hold();
        }}
        className="h-full overflow-y-auto overscroll-contain [overflow-anchor:none] [&>:first-child]:overflow-clip focus-visible:-outline-offset-2"
      >
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={rows}
          shift={isPrepended}
          bufferSize={600}
          onResize={settle}
          {...(place && place.rows === rows.length ? { cache: place.sizes } : {})}
        >
          {(row) => (
            <div key={row.key} className="pointer-events-auto mx-auto max-w-[780px] px-4 py-1 sm:px-6">
              <Row row={row} actions={row === lastEnd ? actions : null} working={working} />
            </div>
          )}
        </Virtualizer>
        <div className="h-3" />
      </div>
      {older !== "idle" && <OlderState isReading={older === "reading"} onRetry={onOlder} />}
      {!isAtEnd && <JumpButton newItems={newItems} onJump={jump} />}
    </div>
  );
}

function Row({ row, actions, working }: { row: TranscriptRow; actions: TurnActions | null; working: ReactNode }) {
  if (row.kind === "sending") return <PromptBubble id={row.key} text={row.attempt.text} isSending />;
  if (row.kind === "removed") return <RemovedPrompt text={row.text} />;
  if (row.kind === "working") return working;
  const { item } = row;
  return (
    <ErrorBoundary what="This part" fallback={inPlaceOf(item)}>
      <TranscriptItemView item={item} hasOutput={row.hasOutput} actions={item.kind === "turn_end" ? actions : null} />
    </ErrorBoundary>
  );
}

/** The fallback for an item that could not be rendered. */
const inPlaceOf = (item: TranscriptItem) => (details: () => string) => <UnshownItem item={item} details={details} />;

const PILL = "absolute inset-x-0 mx-auto flex h-7 w-fit items-center gap-2 rounded-full border bg-raised px-3 text-sm text-muted";

function OlderState({ isReading, onRetry }: { isReading: boolean; onRetry: () => void }) {
  if (isReading) {
    return (
      <p className={`${PILL} appear-late pointer-events-none top-2 border-line`}>
        <Spinner size={12} /> Reading older messages
      </p>
    );
  }
  return (
    <button type="button" onClick={onRetry} className={`${PILL} top-2 border-line-strong hover:text-ink`}>
      <RotateCcw aria-hidden className="size-3.5" /> Older messages could not be read. Try again
    </button>
  );
}

function JumpButton({ newItems, onJump }: { newItems: number; onJump: () => void }) {
  return (
    <button type="button" onClick={onJump} className={`${PILL} bottom-3 border-line-strong shadow-popup transition-colors hover:text-ink`}>
      <ArrowDown aria-hidden className="size-3.5" />
      Jump to latest
      {newItems > 0 && <span className="tabular rounded-full bg-accent-soft px-1.5 text-xs font-medium text-accent">{newItems} new</span>}
    </button>
  );
}

/** The number of rows added since the end was last visible. */
function useNewItems(rows: readonly TranscriptRow[], isAtEnd: boolean): number {
  const lastKey = rows.findLast((row) => row.kind === "item")?.key ?? null;
  const [seenKey, setSeenKey] = useState(lastKey);
  if (isAtEnd && seenKey !== lastKey) setSeenKey(lastKey);
  if (isAtEnd || seenKey === lastKey) return 0;
  const seen = rows.findLastIndex((row) => row.key === seenKey);
  return rows.slice(seen + 1).filter((row) => row.kind === "item").length;
}
