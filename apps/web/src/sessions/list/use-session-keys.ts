import { useEffect, useEffectEvent } from "react";
import { isApple } from "../../ui/browser/shortcut.ts";

/**
 * Calls `go` when Alt and an arrow are pressed. Where the focus is on something that takes these keys, as a queued message, they are its
 * own; Apple's fields move the cursor with them.
 */
export function useSessionKeys(go: (step: -1 | 1) => void): void {
  const onPress = useEffectEvent(go);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const step = ({ ArrowUp: -1, ArrowDown: 1 } as const)[event.key];
      if (step === undefined || (isApple() && isField(event.target))) return;
      event.preventDefault();
      onPress(step);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea") || target.closest(".cm-editor") !== null);
