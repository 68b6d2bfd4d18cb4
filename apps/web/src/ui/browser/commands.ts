import { useEffect, useEffectEvent, useId } from "react";
import { useShortcut } from "./shortcut.ts";

/** Something that the person can do now. */
export interface Command {
  id: string;
  title: string;
  /** Its shortcuts; empty if it has none. */
  keys: readonly string[];
  run: () => void;
}

let commands: readonly Command[] = [];
const listeners = new Set<() => void>();

/** The commands of what is shown, in the order in which they appeared. */
export const commandList = {
  get: (): readonly Command[] => commands,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function change(next: readonly Command[]): void {
  commands = next;
  for (const listener of listeners) listener();
}

/** Offers a command in the palette, and runs it when one of its shortcuts is pressed, unless `enabled` is false. */
export function useCommand(title: string, keys: string | readonly string[], act: () => void, enabled = true): void {
  const id = useId();
  const run = useEffectEvent(act);
  const joined = typeof keys === "string" ? keys : keys.join(" ");
  useShortcut(keys, act, enabled);
  useEffect(() => {
    if (!enabled) return;
    change([...commands, { id, title, keys: joined.split(" ").filter(Boolean), run: () => run() }]);
    return () => change(commands.filter((each) => each.id !== id));
  }, [id, title, joined, enabled]);
}
