import type { Seq, TaskId } from "../ids.ts";
import { isOpen, settleItem } from "./settle-item.ts";
import type { Transcript, TranscriptItem, TurnEndItem } from "./transcript.ts";
import { isPart } from "./update-item.ts";

const INDEX = Symbol("index of a transcript's items");

/** An index stored beside the items, so that folding an event does not scan all of them. Not part of a transcript's value. */
interface ItemIndex {
  /** The array this index describes. A transcript with a different array builds its own index. */
  items: readonly TranscriptItem[];
  positions: Map<string, number>;
  tasks: Map<TaskId | null, TaskPlace>;
}

interface TaskPlace {
  /** `firstSeq` of the task's last item. */
  newest: Seq;
  end: TurnEndItem | undefined;
  /** Keys of its streaming parts. Kept apart from the others because every new item checks them. */
  streaming: Set<string>;
  /** Keys of its other items in progress. */
  open: Set<string>;
}

type Indexed = Transcript & { [INDEX]?: ItemIndex };

/** A transcript under change. Its array is copied on the first write. */
export class TranscriptEdit {
  readonly #index: ItemIndex;
  #items: TranscriptItem[] | null = null;

  constructor(transcript: Transcript) {
    const known = (transcript as Indexed)[INDEX];
    this.#index = known?.items === transcript.items ? known : buildIndex(transcript.items);
  }

  find(key: string): TranscriptItem | undefined {
    const position = this.#index.positions.get(key);
    return position === undefined ? undefined : this.#index.items[position];
  }

  hasEnded(taskId: TaskId): boolean {
    return this.#index.tasks.get(taskId)?.end !== undefined;
  }

  /** Inserts a new item at its `firstSeq` and settles the items it ends. */
  insert(item: TranscriptItem): void {
    const items = this.#mutable();
    let position = items.length;
    while (position > 0 && items[position - 1]!.firstSeq > item.firstSeq) position -= 1;
    items.splice(position, 0, item);
    for (let at = position; at < items.length; at += 1) this.#index.positions.set(items[at]!.key, at);

    const task = placeOf(this.#index, item);
    const hasLater = item.firstSeq < task.newest;
    if (!hasLater) this.#settle(task, task.streaming, true);
    task.newest = Math.max(task.newest, item.firstSeq);
    if (item.kind === "turn_end") {
      task.end = item;
      this.#settle(task, task.streaming, true);
      this.#settle(task, task.open, true);
    }
    this.replace(settleItem(item, { end: task.end, hasLater }));
  }

  /** Replaces the item with the same key. */
  replace(item: TranscriptItem): void {
    const position = this.#index.positions.get(item.key);
    if (position === undefined) return;
    this.#mutable()[position] = item;
    noteOpen(placeOf(this.#index, item), item);
  }

  /** Returns the changed transcript, or the original if nothing changed. */
  finish(base: Transcript, header: Omit<Transcript, "chatId" | "items" | "startsAt">): Transcript {
    const items = this.#items ?? base.items;
    const isSame =
      items === base.items &&
      header.seq === base.seq &&
      header.runningTaskId === base.runningTaskId &&
      header.usage === base.usage &&
      header.commands === base.commands &&
      header.strays === base.strays;
    if (isSame) return base;
    const next: Transcript = { chatId: base.chatId, startsAt: base.startsAt, ...header, items };
    Object.defineProperty(next, INDEX, { value: this.#index });
    return next;
  }

  #settle(task: TaskPlace, keys: ReadonlySet<string>, hasLater: boolean): void {
    for (const key of keys) {
      const item = this.find(key);
      if (item !== undefined) this.replace(settleItem(item, { end: task.end, hasLater }));
    }
  }

  #mutable(): TranscriptItem[] {
    if (this.#items === null) {
      this.#items = [...this.#index.items];
      this.#index.items = this.#items;
    }
    return this.#items;
  }
}

function placeOf(index: Pick<ItemIndex, "tasks">, item: TranscriptItem): TaskPlace {
  let place = index.tasks.get(item.taskId);
  if (place === undefined) {
    place = { newest: 0, end: undefined, streaming: new Set(), open: new Set() };
    index.tasks.set(item.taskId, place);
  }
  return place;
}

function noteOpen(task: TaskPlace, item: TranscriptItem): void {
  const keys = isPart(item) ? task.streaming : task.open;
  if (isOpen(item)) keys.add(item.key);
  else keys.delete(item.key);
}

function buildIndex(items: readonly TranscriptItem[]): ItemIndex {
  const index: ItemIndex = { items, positions: new Map(), tasks: new Map() };
  for (const [position, item] of items.entries()) {
    index.positions.set(item.key, position);
    const task = placeOf(index, item);
    task.newest = Math.max(task.newest, item.firstSeq);
    if (item.kind === "turn_end") task.end = item;
    noteOpen(task, item);
  }
  return index;
}

/** Returns the items in order, each settled by what the others say about its task. Untouched items keep their identity. */
export function settleAll(items: readonly TranscriptItem[]): TranscriptItem[] {
  const ordered = items.toSorted((a, b) => a.firstSeq - b.firstSeq);
  const { tasks } = buildIndex(ordered);
  return ordered.map((item) => {
    const task = tasks.get(item.taskId);
    return task === undefined ? item : settleItem(item, { end: task.end, hasLater: item.firstSeq < task.newest });
  });
}
