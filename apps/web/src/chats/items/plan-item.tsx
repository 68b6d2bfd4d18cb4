import type { PlanItem } from "@boocode/shared/chats/transcript";
import clsx from "clsx";
import { Circle, CircleCheck, ListChecks } from "lucide-react";
import { Spinner } from "../../ui/spinner.tsx";

/** The agent's plan, with finished steps ticked off. */
export function PlanView({ item }: { item: PlanItem }) {
  const done = item.entries.filter((entry) => entry.status === "done").length;
  return (
    <section aria-label="Plan" className="rounded-md border border-line px-3 py-2">
      <header className="flex items-center gap-2 text-sm text-faint">
        <ListChecks aria-hidden className="size-3.5" />
        Plan
        <span className="tabular ml-auto text-xs">
          {done} of {item.entries.length}
        </span>
      </header>
      <ul className="mt-1.5 space-y-1">
        {item.entries.map((entry, at) => (
          <li key={at} className="flex gap-2">
            <span className="flex size-5 shrink-0 items-center justify-center">
              {entry.status === "running" && <Spinner size={13} className="text-accent" />}
              {entry.status === "done" && <CircleCheck aria-hidden className="size-3.5 text-added" />}
              {entry.status === "pending" && <Circle aria-hidden className="size-3.5 text-faint" />}
            </span>
            <span
              className={clsx(
                "min-w-0 break-words",
                entry.status === "done" ? "text-faint line-through decoration-line-strong" : entry.status === "pending" && "text-muted",
              )}
            >
              <span className="sr-only">{entry.status === "done" ? "Done: " : entry.status === "running" ? "Under way: " : ""}</span>
              {entry.text}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
