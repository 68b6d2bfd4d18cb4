import { isApple } from "./browser/shortcut.ts";

const APPLE: Record<string, string> = { Mod: "⌘", Own: "⌃", Shift: "⇧", Alt: "⌥", Enter: "↵", Esc: "esc" };
const OTHER: Record<string, string> = { Mod: "Ctrl", Own: "Alt", Enter: "↵" };

/** Shows a shortcut with the key names of this machine. `keys` has the form `"Mod+Shift+T"`. */
export function Kbd({ keys }: { keys: string }) {
  const apple = isApple();
  const parts = keys.split("+").map((key) => (apple ? APPLE : OTHER)[key] ?? key);
  return (
    <kbd className="inline-flex shrink-0 items-center rounded-sm border border-line bg-inset px-1 font-sans text-xs leading-4 text-faint">
      {parts.join(apple ? "" : "+")}
    </kbd>
  );
}
