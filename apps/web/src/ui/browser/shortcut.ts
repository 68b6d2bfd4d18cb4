import { useEffect, useEffectEvent } from "react";

/** The parts of a keyboard event that a shortcut is compared with. */
interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** Whether Mod is the command key on this machine. */
export const isApple = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Whether the page is installed as an app. Browsers reserve Mod+T, Mod+N and Mod+W otherwise. */
const isInstalled = (): boolean => window.matchMedia("(display-mode: standalone)").matches;

/**
 * Whether the pressed keys match a shortcut such as `"Mod+Shift+T"`. `Mod` is the command key on Apple machines and
 * Control elsewhere; `Own` is a key that browsers leave to the page: Control on Apple machines, Alt elsewhere.
 * A letter or digit means its physical key, whatever character the modifiers produce.
 */
export function matchesShortcut(pressed: Pressed, keys: string, apple: boolean): boolean {
  const parts = keys.split("+");
  const key = parts.at(-1) ?? "";
  const needs = (name: string) => parts.includes(name);
  const modifiersMatch =
    pressed.ctrlKey === (apple ? needs("Own") : needs("Mod")) &&
    pressed.metaKey === (apple && needs("Mod")) &&
    pressed.altKey === (needs("Alt") || (!apple && needs("Own"))) &&
    pressed.shiftKey === needs("Shift");
  const keyMatches =
    pressed.key.toLowerCase() === key.toLowerCase() || pressed.code === `Key${key.toUpperCase()}` || pressed.code === `Digit${key}`;
  return modifiersMatch && keyMatches;
}

/** The command's shortcut that works on this machine, for display. */
export function toShownShortcut(keys: readonly string[]): string {
  return keys.find((each) => isInstalled() === each.includes("Mod")) ?? keys[0] ?? "";
}

/** Runs `act` when a shortcut is pressed anywhere in the page, unless `enabled` is false or an inner element handled the event. */
export function useShortcut(keys: string | readonly string[], act: (event: KeyboardEvent) => void, enabled = true): void {
  const onMatch = useEffectEvent(act);
  const joined = typeof keys === "string" ? keys : keys.join(" ");
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.isComposing) return;
      if (!joined.split(" ").some((each) => matchesShortcut(event, each, isApple()))) return;
      event.preventDefault();
      onMatch(event);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [joined, enabled]);
}
