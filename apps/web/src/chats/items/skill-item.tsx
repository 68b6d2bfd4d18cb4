import type { SkillItem } from "@boocode/shared/chats/transcript";
import { BookOpen } from "lucide-react";
import { CopyButton } from "../../ui/copy-button.tsx";
import { PlainText } from "../markdown/plain-text.tsx";
import { Disclosure } from "./disclosure.tsx";
import { useExpanded } from "../../ui/browser/use-expanded.ts";

/** One line that says which skill an agent was given; opens the exact text. */
export function SkillView({ item: { key, name, path, text } }: { item: SkillItem }) {
  const [isOpen, setOpen] = useExpanded(key, false);
  return (
    <Disclosure
      isOpen={isOpen}
      onOpenChange={setOpen}
      icon={<BookOpen aria-hidden className="size-3.5" />}
      title={
        <span className="text-sm">
          Gave it the skill {name} <span className="text-faint">· {path}</span>
        </span>
      }
    >
      <div className="relative ml-2 border-l border-line py-0.5 pl-4">
        <div
          className="max-h-96 overflow-auto pr-8 font-mono text-xs break-words whitespace-pre-wrap text-muted"
          tabIndex={0}
          role="group"
          aria-label="What it was given"
        >
          <PlainText text={text} />
        </div>
        <CopyButton text={text} label="Copy what it was given" className="absolute top-0 right-0" />
      </div>
    </Disclosure>
  );
}
