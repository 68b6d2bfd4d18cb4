import { useSyncExternalStore } from "react";

/** The items that were opened or closed, so that they stay so after scrolling away and back. */
const choices = new Map<string, boolean>();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function choose(ids: readonly string[], isOpen: boolean): void {
  for (const id of ids) choices.set(id, isOpen);
  for (const listener of listeners) listener();
}

/** Opens whatever has one of these ids, now or once it is drawn. */
export const expand = (ids: readonly string[]): void => choose(ids, true);

/** Whether an item is open: as it was opened or closed, otherwise `isOpenAtFirst`, which may change until then. */
export function useExpanded(id: string, isOpenAtFirst: boolean): [isOpen: boolean, setOpen: (isOpen: boolean) => void] {
  const choice = useSyncExternalStore(subscribe, () => choices.get(id));
  return [choice ?? isOpenAtFirst, (isOpen) => choose([id], isOpen)];
}
