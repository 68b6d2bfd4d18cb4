import type { KeyboardEvent } from "react";
import { isFocusMoving } from "../list/list-handle.ts";
import { toCommand, type Command } from "./to-command.ts";

/** What the keys of the panel do. */
interface PanelKeys {
  file(step: number): void;
  hunk(step: 1 | -1): void;
  unfold(isOpen: boolean): void;
  judge(verb: "apply" | "reject"): void;
  view(): void;
  comment(): void;
  /** Null if Enter does what a click does. */
  open: (() => void) | null;
  filter(): void;
  help(): void;
}

/** The listener for the keys of the panel. Fields, popups and the buttons inside rows keep their own keys. */
export function usePanelKeys(keys: PanelKeys): (event: KeyboardEvent<HTMLElement>) => void {
  return (event) => {
    const { target, currentTarget } = event;
    // For React, popups are children too.
    if (!(target instanceof HTMLElement) || !currentTarget.contains(target) || target.matches("input, textarea")) return;
    const command = toCommand(event);
    if (!command) return;
    if (command.kind === "open" && (keys.open === null || !target.matches("[data-file]"))) return;
    // A held key would judge one file after the other unseen, and the buttons above the list are about all of them.
    if (JUDGES.has(command.kind) && (event.repeat || target.closest("header"))) return;
    if (JUDGES.has(command.kind) && isFocusMoving(currentTarget)) return;
    event.preventDefault();
    run(keys, command);
  };
}

const JUDGES: ReadonlySet<Command["kind"]> = new Set(["apply", "reject", "view", "comment"]);

function run(keys: PanelKeys, command: Command): void {
  switch (command.kind) {
    case "file":
      return keys.file(command.step);
    case "hunk":
      return keys.hunk(command.step);
    case "unfold":
    case "fold":
      return keys.unfold(command.kind === "unfold");
    case "apply":
    case "reject":
      return keys.judge(command.kind);
    case "view":
      return keys.view();
    case "comment":
      return keys.comment();
    case "open":
      return keys.open?.();
    case "filter":
      return keys.filter();
    case "help":
      return keys.help();
  }
}
