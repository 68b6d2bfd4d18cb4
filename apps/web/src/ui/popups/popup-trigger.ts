import { type RefObject, useState } from "react";

/** A popup's details about why it opens or closes. */
interface ChangeDetails {
  event: Event;
}

/** The state of a popup whose code is loaded on first opening. */
export interface PopupTrigger {
  isOpen: boolean;
  /** True from the first opening on, when the popup's code is needed. */
  isMounted: boolean;
  open(): void;
  toggle(): void;
  /** Called when the popup itself opens or closes. */
  onOpenChange(isOpen: boolean, details: ChangeDetails): void;
}

/** Opens and closes a popup from a button that does not load the popup's library. */
export function usePopupTrigger(anchor: RefObject<HTMLButtonElement | null>): PopupTrigger {
  const [isOpen, setOpen] = useState(false);
  const [isMounted, setMounted] = useState(false);
  const change = (next: boolean) => {
    if (next) setMounted(true);
    setOpen(next);
  };
  return {
    isOpen,
    isMounted,
    open: () => change(true),
    toggle: () => change(!isOpen),
    onOpenChange: (next, { event }) => {
      // The button handles its own presses. If a press closed the popup here, the following click would open it again.
      const isOwn = event.target instanceof Node && anchor.current?.contains(event.target);
      if (next || !isOwn || event.type === "keydown") change(next);
    },
  };
}
