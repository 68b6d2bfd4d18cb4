import type { HandoffItem } from "@boocode/shared/chats/transcript";
import { Forward } from "lucide-react";
import { CopyButton } from "../../ui/copy-button.tsx";
import { joinWords, toCount } from "../../ui/labels.ts";
import { PlainText } from "../markdown/plain-text.tsx";
import { Disclosure } from "./disclosure.tsx";
import { useExpanded } from "../../ui/browser/use-expanded.ts";

/** One line that says what an agent was given of the chat; opens the exact text. */
export function HandoffView({ item }: { item: HandoffItem }) {
  const [isOpen, setOpen] = useExpanded(item.key, false);
  return (
    <Disclosure
      isOpen={isOpen}
      onOpenChange={setOpen}
      icon={<Forward aria-hidden className="size-3.5" />}
      title={<span className="text-sm">{describeHandoff(item)}</span>}
    >
      {item.text === "" ? null : (
        <div className="relative ml-2 border-l border-line py-0.5 pl-4">
          <div
            className="max-h-96 overflow-auto pr-8 font-mono text-xs break-words whitespace-pre-wrap text-muted"
            tabIndex={0}
            role="group"
            aria-label="What it was given"
          >
            <PlainText text={item.text} />
          </div>
          <CopyButton text={item.text} label="Copy what it was given" className="absolute top-0 right-0" />
        </div>
      )}
    </Disclosure>
  );
}

/** Says in one line what was handed to whom, and why where the agent had known it. */
function describeHandoff({ to, from, turns, isAnew }: Pick<HandoffItem, "to" | "from" | "turns" | "isAnew">): string {
  if (isAnew) return `${to} no longer had this chat in memory: it was given ${toCount(turns, "turn")}`;
  if (turns === 0) return `Gave ${to} this chat again: it has no memory of its own`;
  const others = from.filter((agent) => agent !== to);
  return `Handed ${toCount(turns, "turn")}${others.length === 0 ? "" : ` of ${joinWords(others)}`} to ${to}`;
}
