import { isApple, matchesShortcut } from "../../ui/browser/shortcut.ts";

/** Moves the focus out of the terminal, as everywhere in the page. */
const LEAVE = ["F6", "Shift+F6"];
const FIND_KEYS = ["Mod+Shift+F"];
const COPY_KEYS = ["Mod+Shift+C"];
const PASTE_KEYS = ["Mod+Shift+V"];
const TABS = Array.from({ length: 9 }, (_, index) => `Mod+${index + 1}`);

/** Moves the focus to the pane beside. */
const TO_PANE = ["Left", "Right", "Up", "Down"].map((to) => `Own+Shift+Arrow${to}`);

type Pressed = Parameters<typeof matchesShortcut>[0];

/** What a key does in a terminal: it is typed, or it belongs to the page, or it is one of the terminal's own. */
export type TerminalKey = "typed" | "page" | "copy" | "find";

/**
 * Decides what a key does. Everything is typed that a shell or an editor may want, Control with a letter included; on Apple machines, the
 * command key is the page's.
 */
export function decideKey(pressed: Pressed, hasSelection: boolean, apple = isApple()): TerminalKey {
  const is = (keys: readonly string[]) => keys.some((each) => matchesShortcut(pressed, each, apple));
  if (is(FIND_KEYS) || (apple && is(["Mod+F"]))) return "find";
  if (is(COPY_KEYS)) return "copy";
  if (apple && is(["Mod+C"])) return hasSelection ? "copy" : "page";
  if (is(LEAVE) || is(TO_PANE) || is(TABS) || is(PASTE_KEYS) || is(["Shift+Insert"]) || is(["Mod+`", "Own+`"])) return "page";
  return apple && pressed.metaKey ? "page" : "typed";
}
