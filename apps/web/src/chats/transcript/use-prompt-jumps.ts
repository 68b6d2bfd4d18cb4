import type { RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import { useIsInActivePane } from "../../ui/browser/active-pane.ts";
import { useCommand } from "../../ui/browser/commands.ts";
import type { TranscriptRow } from "./transcript-rows.ts";

interface PromptJumpsInput {
  rows: readonly TranscriptRow[];
  list: RefObject<VirtualizerHandle | null>;
  /** Stops keeping the view at the end. */
  hold: () => void;
  /** Scrolls to the end. */
  jump: () => void;
}

/** Commands that go from one prompt of the chat to the next. Behind the last one is the end. */
export function usePromptJumps({ rows, list, hold, jump }: PromptJumpsInput): void {
  const isActive = useIsInActivePane();
  const go = (step: 1 | -1) => {
    const virtual = list.current;
    if (!virtual) return;
    const places = rows.flatMap((row, at) => (row.kind === "item" && row.item.kind === "prompt" ? [at] : []));
    const isBeyond = (at: number) => (virtual.getItemOffset(at) - virtual.scrollOffset) * step > 1;
    const next = step === 1 ? places.find(isBeyond) : places.findLast(isBeyond);
    if (next !== undefined) {
      hold();
      virtual.scrollToIndex(next, { align: "start" });
    } else if (step === 1) jump();
    else if (places.length > 0) virtual.scrollTo(0);
  };
  useCommand("Previous prompt", "Own+PageUp", () => go(-1), isActive);
  useCommand("Next prompt", "Own+PageDown", () => go(1), isActive);
}
