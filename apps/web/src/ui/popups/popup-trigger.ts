import { type RefObject, useState } from "react";

/** What a popup tells about why it wants to open or close. */
interface ChangeDetails {
  event: Event;
}

/** The state of a popup whose code is loaded when it is first opened. */
export interface PopupTrigger {
  isOpen: boolean;
  /** True from the first opening on: only then there is anything to load. */
  isMounted: boolean;
  open(): void;
  toggle(): void;
  /** For the popup's own wishes. */
  onOpenChange(isOpen: boolean, details: ChangeDetails): void;
}

/** Opens and closes a popup by a button that does not know the popup's library. */
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
      // A press on the button is the button's: closing here, too, would open it again with the click.
      const isOwn = event.target instanceof Node && anchor.current?.contains(event.target);
      if (next || !isOwn || event.type === "keydown") change(next);
    },
  };
}
