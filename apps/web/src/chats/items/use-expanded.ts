import { useState } from "react";

/** The items a person opened or closed, so that they stay so after scrolling away and back. */
const choices = new Map<string, boolean>();

/** Whether an item is open: the person's choice, otherwise `isOpenAtFirst`, which may change until they choose. */
export function useExpanded(id: string, isOpenAtFirst: boolean): [isOpen: boolean, setOpen: (isOpen: boolean) => void] {
  const [choice, setChoice] = useState(() => choices.get(id));
  const setOpen = (isOpen: boolean) => {
    choices.set(id, isOpen);
    setChoice(isOpen);
  };
  return [choice ?? isOpenAtFirst, setOpen];
}
