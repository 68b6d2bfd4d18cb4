import { useEffect, useEffectEvent } from "react";

/** Whether Mod is the command key here. */
export const isApple = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Whether a key event is the given shortcut, written as `"Mod+Shift+T"`; a digit or letter stands for its key, shifted or not. */
export function matchesShortcut(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split("+");
  const key = parts.at(-1) ?? "";
  const mod = isApple() ? event.metaKey : event.ctrlKey;
  const otherMod = isApple() ? event.ctrlKey : event.metaKey;
  return (
    mod === parts.includes("Mod") &&
    !otherMod &&
    event.shiftKey === parts.includes("Shift") &&
    event.altKey === parts.includes("Alt") &&
    (event.key.toLowerCase() === key.toLowerCase() || event.code === `Key${key.toUpperCase()}` || event.code === `Digit${key}`)
  );
}

/** Runs `act` when the keys are pressed anywhere in the page, unless `enabled` is false or someone nearer took the event. */
export function useShortcut(keys: string, act: (event: KeyboardEvent) => void, enabled = true): void {
  const onMatch = useEffectEvent(act);
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || !matchesShortcut(event, keys)) return;
      event.preventDefault();
      onMatch(event);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [keys, enabled]);
}
