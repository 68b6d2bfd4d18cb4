import type { PromptItem, ToolItem, TranscriptItem } from "@boocode/shared/chats/transcript";
import type { AgentId, TaskId } from "@boocode/shared/ids";
import type { SendAttempt } from "../composer/draft.ts";
import { groupItems, type GroupedItem, type GroupKind } from "./group-items.ts";
import { nestCalls } from "./nest-calls.ts";
import { isNeverBegun } from "./reading-order.ts";

export interface ItemRow {
  kind: "item";
  key: string;
  item: TranscriptItem;
  /** Of the end of a turn: whether the turn has any items besides its prompt. */
  hasOutput: boolean;
  /** Of the end of a turn: what the agent said last. Empty: nothing. */
  answer: string;
  /** Of a question: who asks. */
  agent: AgentId | null;
  inside: readonly ToolItem[];
}

/** One drawn row of the transcript. */
export type TranscriptRow =
  | ItemRow
  /** Consecutive calls, and the thoughts between them, as one line. */
  | { kind: "group"; key: string; group: GroupKind; items: readonly GroupedItem[] }
  /** A prompt that was removed before its turn began. */
  | { kind: "removed"; key: string; item: TranscriptItem; text: string }
  /** A sent prompt that is not in the journal yet. */
  | { kind: "sending"; key: string; attempt: SendAttempt }
  /** The last row while a turn runs or is about to begin. */
  | { kind: "working"; key: string };

export interface RowInput {
  /** The items in reading order. */
  items: readonly TranscriptItem[];
  /** All items of the transcript, in the journal's order. */
  all: readonly TranscriptItem[];
  /** The prompt whose turn is about to begin. */
  next: PromptItem | null;
  sending: readonly SendAttempt[];
  runningTaskId: TaskId | null;
}

/** Builds the rows in reading order. Unchanged rows reuse the objects of `previous`, so that only changed rows are drawn again. */
export function toRows(input: RowInput, previous: readonly TranscriptRow[]): TranscriptRow[] {
  const { all, next, sending, runningTaskId } = input;
  const nested = nestCalls(input.items);
  const { items } = nested;
  const entries = groupItems(items, ({ callId }) => nested.inside.has(callId));
  let place = 0;
  const rows: TranscriptRow[] = entries.map((item, index) => {
    const before = previous[index];
    const at = place;
    place += item.kind === "group" ? item.items.length : 1;
    if (item.kind === "group") {
      const { group, items: grouped } = item;
      const isKept = before?.kind === "group" && before.group === group && isSame(before.items, grouped);
      return isKept ? before : { kind: "group", key: `group:${grouped[0]!.key}`, group, items: grouped };
    }
    const inside = (item.kind === "tool" && nested.inside.get(item.callId)) || NOTHING_INSIDE;
    const hasOutput = item.kind === "turn_end" && hasOutputBefore(items, at);
    const isKnown = before?.kind === "item" && before.item === item && before.hasOutput === hasOutput;
    const answer = isKnown ? before.answer : item.kind === "turn_end" ? findAnswer(items, at) : "";
    if (before && (before.kind === "item" ? isKnown && isSame(before.inside, inside) : before.kind === "removed" && before.item === item))
      return before;
    if (isNeverBegun(item)) return { kind: "removed", key: item.key, item, text: findPrompt(all, item.taskId)?.text ?? "" };
    const agent = item.kind === "permission" ? (findPrompt(all, item.taskId)?.agent ?? null) : null;
    return { kind: "item", key: keyOf(item), item, hasOutput, answer, agent, inside };
  });
  if (next) rows.push({ kind: "item", key: keyOf(next), item: next, hasOutput: false, answer: "", agent: null, inside: NOTHING_INSIDE });
  for (const attempt of sending) rows.push({ kind: "sending", key: attempt.promptId, attempt });
  if (runningTaskId !== null || next) rows.push({ kind: "working", key: "working" });
  return rows;
}

const NOTHING_INSIDE: readonly ToolItem[] = [];

const isSame = (a: readonly TranscriptItem[], b: readonly TranscriptItem[]) =>
  a === b || (a.length === b.length && a.every((item, at) => item === b[at]));

export interface RowMoment {
  rows: readonly TranscriptRow[];
  /** True if rows were prepended, so the view keeps its position. */
  isPrepended: boolean;
}

/** Keeps the last rows of one chat, so that unchanged rows keep their identity. */
export class RowMemory {
  #rows: readonly TranscriptRow[] = [];

  next(input: RowInput): RowMoment {
    const before = this.#rows;
    this.#rows = toRows(input, before);
    const first = before[0] && keysOf(before[0])[0];
    return { rows: this.#rows, isPrepended: first !== undefined && this.#rows.findIndex((row) => keysOf(row).includes(first)) > 0 };
  }
}

/** The keys of the items in a row. */
export const keysOf = (row: TranscriptRow): readonly string[] => (row.kind === "group" ? row.items.map(({ key }) => key) : [row.key]);

/** A prompt is keyed by its prompt id, so that it is the same row before and after it enters the journal. */
const keyOf = (item: TranscriptItem) => (item.kind === "prompt" ? item.promptId : item.key);

/** The prompt of a task, if its page is loaded. */
export function findPrompt(items: readonly TranscriptItem[], taskId: TaskId | null): PromptItem | undefined {
  return items.findLast((item): item is PromptItem => item.kind === "prompt" && item.taskId === taskId);
}

/** Whether the turn that ends at `at` has any items besides its prompt. */
function hasOutputBefore(items: readonly TranscriptItem[], at: number): boolean {
  const { taskId } = items[at]!;
  for (let before = at - 1; before >= 0; before -= 1) {
    const item = items[before]!;
    if (item.taskId === taskId && item.kind !== "handoff" && item.kind !== "skill") return item.kind !== "prompt";
  }
  return true;
}

/** What the agent said in the turn that ends at `at`, after its last call. */
function findAnswer(items: readonly TranscriptItem[], at: number): string {
  const { taskId } = items[at]!;
  const texts: string[] = [];
  for (let before = at - 1; before >= 0; before -= 1) {
    const item = items[before]!;
    if (item.taskId !== taskId || item.kind === "prompt" || (item.kind === "tool" && texts.length > 0)) break;
    // What cannot be drawn must not keep the other rows from it.
    if (item.kind === "text" && typeof item.text === "string" && item.text.trim() !== "") texts.unshift(item.text.trim());
  }
  return texts.join("\n\n");
}
