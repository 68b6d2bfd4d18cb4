import { useState } from "react";

/** What a person opened or closed, by item: it stays so when the item scrolls away and comes back. */
const choices = new Map<string, boolean>();

/** Whether an item is open: as the person left it, else `isOpenAtFirst`, which may change while they have not chosen. */
export function useExpanded(id: string, isOpenAtFirst: boolean): [isOpen: boolean, setOpen: (isOpen: boolean) => void] {
  const [choice, setChoice] = useState(() => choices.get(id));
  const setOpen = (isOpen: boolean) => {
    choices.set(id, isOpen);
    setChoice(isOpen);
  };
  return [choice ?? isOpenAtFirst, setOpen];
}
