import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { ChatId } from "@boocode/shared/ids";
import { clsx } from "clsx";
import { ArrowDown, RotateCcw } from "lucide-react";
import { Suspense, useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useIsInActivePane } from "../../ui/browser/active-pane.ts";
import { useCommand } from "../../ui/browser/commands.ts";
import { later } from "../../ui/browser/later.ts";
import { ErrorBoundary } from "../../ui/error-boundary.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { PromptBubble, RemovedPrompt } from "../items/prompt-item.tsx";
import { scrollMemory } from "./scroll-memory.ts";
import { CallGroup } from "../items/calls/call-group.tsx";
import { TOOL_LOOK } from "../items/tool-look.ts";
import { TranscriptItemView } from "../items/transcript-item.tsx";
import { UnshownItem } from "../items/unshown-item.tsx";
import { keysOf, type TranscriptRow } from "./transcript-rows.ts";
import type { TurnActions } from "../items/turn-end-item.tsx";
import { turnTarget } from "./turn-target.ts";
import { QuoteButton } from "./quote-button.tsx";
import { usePromptJumps } from "./use-prompt-jumps.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";
import { useTurnTarget } from "./use-turn-target.ts";

const FindBar = later(() => import("../find/find-bar.tsx"));

/** Older items are loaded within this distance from the top, in pixels. */
const READ_OLDER_WITHIN = 900;

type TranscriptViewProps = {
  chatId: ChatId;
  /** The loaded items in reading order. */
  items: readonly TranscriptItem[];
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
export function TranscriptView(props: TranscriptViewProps) {
  const { chatId, items, rows, isPrepended, hasMore, older, onOlder, actions, working } = props;
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

  const find = useFind(scroller);
  usePromptJumps({ rows, list, hold, jump });

  // Scroll to a prompt that the person has just sent.
  const sendingKey = rows.findLast((row) => row.kind === "sending")?.key ?? null;
  useLayoutEffect(() => {
    if (sendingKey !== null) jump();
  }, [sendingKey, jump]);

  // What the person did with the changes afterwards does not make the turn's actions obsolete.
  const lastEnd = rows.findLast((row) => row.kind === "group" || (row.kind === "item" && row.item.kind !== "judgement"));
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
            <div
              key={row.key}
              data-item={row.kind === "item" ? row.item.key : undefined}
              className={clsx("pointer-events-auto mx-auto max-w-[780px] px-4 sm:px-6", isLine(row) ? "py-px" : "py-1")}
            >
              <Row row={row} actions={row === lastEnd ? actions : null} working={working} />
            </div>
          )}
        </Virtualizer>
        <div className="h-3" />
      </div>
      {find.asked > 0 && (
        <Suspense>
          <FindBar
            chatId={chatId}
            items={items}
            hasMore={hasMore}
            scroller={scroller}
            asked={find.asked}
            onPlace={(place) => turnTarget.set({ chatId, ...place })}
            onDone={find.end}
          />
        </Suspense>
      )}
      {older !== "idle" && <OlderState isReading={older === "reading"} onRetry={onOlder} />}
      <QuoteButton scroller={scroller} />
      {!isAtEnd && <JumpButton newItems={newItems} onJump={jump} />}
    </div>
  );
}

/** How often the person has asked to find something since it was last ended. The focus then returns to where it was. */
function useFind(scroller: RefObject<HTMLElement | null>): { asked: number; end: () => void } {
  const [asked, setAsked] = useState(0);
  const cameFrom = useRef<Element | null>(null);
  const begin = () => {
    if (asked === 0) cameFrom.current = document.activeElement;
    setAsked(asked + 1);
  };
  useCommand("Find in this chat", "Mod+F", begin, useIsInActivePane());
  const end = () => {
    setAsked(0);
    const before = cameFrom.current;
    const target = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : scroller.current;
    target?.focus({ preventScroll: true });
  };
  return { asked, end };
}

function Row({ row, actions, working }: { row: TranscriptRow; actions: TurnActions | null; working: ReactNode }) {
  if (row.kind === "sending") return <PromptBubble id={row.key} text={row.attempt.text} files={row.attempt.attachments ?? []} isSending />;
  if (row.kind === "removed") return <RemovedPrompt text={row.text} />;
  if (row.kind === "working") return working;
  if (row.kind === "group") {
    return (
      <ErrorBoundary what="These calls">
        <CallGroup id={row.key} kind={row.group} items={row.items} />
      </ErrorBoundary>
    );
  }
  const { item } = row;
  return (
    <ErrorBoundary what="This part" fallback={inPlaceOf(item)}>
      <TranscriptItemView
        item={item}
        hasOutput={row.hasOutput}
        answer={row.answer}
        agent={row.agent}
        inside={row.inside}
        actions={item.kind === "turn_end" ? actions : null}
      />
    </ErrorBoundary>
  );
}

/** Whether a row is one quiet line, which stands close to its neighbours. */
function isLine(row: TranscriptRow): boolean {
  if (row.kind === "group") return row.group === "looked";
  if (row.kind !== "item") return false;
  const { item } = row;
  return item.kind === "thought" || (item.kind === "tool" && !TOOL_LOOK[item.toolKind].isCard && row.inside.length === 0);
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

/** The number of items added since the end was last visible. */
function useNewItems(rows: readonly TranscriptRow[], isAtEnd: boolean): number {
  const isShown = (row: TranscriptRow) => row.kind === "item" || row.kind === "group";
  const last = rows.findLast(isShown);
  const lastKey = (last && keysOf(last).at(-1)) ?? null;
  const [seenKey, setSeenKey] = useState(lastKey);
  if (isAtEnd && seenKey !== lastKey) setSeenKey(lastKey);
  if (isAtEnd || seenKey === lastKey || seenKey === null) return 0;
  const keys = rows.filter(isShown).flatMap(keysOf);
  return keys.length - 1 - keys.lastIndexOf(seenKey);
}
