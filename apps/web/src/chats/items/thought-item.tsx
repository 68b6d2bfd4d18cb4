import { cutText } from "@boocode/shared/text/cut-text";
import type { PartItem } from "@boocode/shared/chats/transcript";
import { Brain } from "lucide-react";
import { PlainText } from "../markdown/plain-text.tsx";
import { Disclosure } from "./disclosure.tsx";
import { useExpanded } from "../../ui/browser/use-expanded.ts";

/** The agent's reasoning: shown live while it streams, folded to one line afterwards. */
export function ThoughtView({ item }: { item: PartItem }) {
  const [isOpen, setOpen] = useExpanded(item.key, item.isStreaming);
  return (
    <Disclosure
      isOpen={isOpen}
      onOpenChange={setOpen}
      icon={<Brain aria-hidden className="size-3.5" />}
      title={
        item.isStreaming ? (
          <span className="animate-[breathe_1.6s_ease-in-out_infinite]">Thinking</span>
        ) : (
          <span>Thought{!isOpen && <span className="text-faint"> · {firstLine(item.text)}</span>}</span>
        )
      }
    >
      <div className="ml-2 border-l border-line py-0.5 pl-4 text-base leading-[21px] break-words whitespace-pre-wrap text-muted">
        <PlainText text={item.text.trim()} />
      </div>
    </Disclosure>
  );
}

const firstLine = (text: string) => cutText(text.trim(), 300).split("\n", 1)[0]?.replaceAll("**", "") ?? "";
