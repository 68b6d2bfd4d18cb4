import type { NoticeItem } from "@boocode/shared/chats/transcript";
import { Info, ListCollapse, TriangleAlert } from "lucide-react";
import { PlainText } from "../markdown/plain-text.tsx";
import { Disclosure } from "./disclosure.tsx";
import { useExpanded } from "../../ui/browser/use-expanded.ts";

/** Something that the daemon or an agent has to say about the chat. A summary of it can be opened. */
export function NoticeView({ item }: { item: NoticeItem }) {
  return item.summary ? <SummaryView item={item} summary={item.summary} /> : <PlainNotice item={item} />;
}

function PlainNotice({ item }: { item: NoticeItem }) {
  const Icon = item.level === "warning" ? TriangleAlert : Info;
  return (
    <p className="flex gap-2 py-1 text-muted">
      <span className="flex h-5 w-4 shrink-0 items-center justify-center">
        <Icon aria-hidden className={item.level === "warning" ? "size-3.5 text-amber" : "size-3.5 text-faint"} />
      </span>
      <span className="min-w-0 break-words whitespace-pre-wrap">{item.text}</span>
    </p>
  );
}

function SummaryView({ item, summary }: { item: NoticeItem; summary: NonNullable<NoticeItem["summary"]> }) {
  const [isOpen, setOpen] = useExpanded(item.key, false);
  return (
    <Disclosure
      isOpen={isOpen}
      onOpenChange={setOpen}
      icon={<ListCollapse aria-hidden className="size-3.5" />}
      title={<span className="text-sm">{item.text}</span>}
    >
      <div className="ml-2 border-l border-line py-0.5 pl-4 break-words whitespace-pre-wrap text-muted">
        <PlainText text={summary.text} />
      </div>
    </Disclosure>
  );
}
