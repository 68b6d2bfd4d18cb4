import type { PartItem, ToolItem } from "@boocode/shared/chats/transcript";
import { FilePlus2, Telescope } from "lucide-react";
import { Spinner } from "../../../ui/spinner.tsx";
import { Disclosure } from "../disclosure.tsx";
import { ThoughtView } from "../thought-item.tsx";
import { ToolView } from "../tool-item.tsx";
import { useExpanded } from "../../../ui/browser/use-expanded.ts";
import { describeGroup } from "./describe-group.ts";

type CallGroupProps = {
  /** Stays the same while the group grows. */
  id: string;
  kind: "looked" | "wrote";
  items: readonly (ToolItem | PartItem)[];
};

/** A run of calls as one line, with the calls in it: what was looked at, or the files that were written. */
export function CallGroup({ id, kind, items }: CallGroupProps) {
  const [isOpen, setOpen] = useExpanded(id, false);
  const { title, additions, deletions, asides, isRunning } = describeGroup(items);
  const Icon = kind === "wrote" ? FilePlus2 : Telescope;
  return (
    <Disclosure
      isOpen={isOpen}
      onOpenChange={setOpen}
      isCard={kind === "wrote"}
      icon={isRunning ? <Spinner size={13} className="text-accent" /> : <Icon aria-hidden className="size-3.5" />}
      title={<span className={kind === "wrote" ? "text-ink" : undefined}>{title}</span>}
      aside={
        <>
          {asides.map((aside) => (
            <span key={aside}>{aside}</span>
          ))}
          {additions + deletions > 0 && (
            <span>
              {additions > 0 && <span className="text-added">+{additions.toLocaleString("en")}</span>}{" "}
              {deletions > 0 && <span className="text-removed">−{deletions.toLocaleString("en")}</span>}
            </span>
          )}
        </>
      }
    >
      <ul aria-label={title} className={kind === "wrote" ? "flex flex-col gap-1 p-1.5" : "ml-2 flex flex-col border-l border-line pl-4"}>
        {items.map((item) => (
          <li key={item.key} data-item={item.key}>
            {item.kind === "tool" ? <ToolView item={item} isInside /> : <ThoughtView item={item} />}
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}
