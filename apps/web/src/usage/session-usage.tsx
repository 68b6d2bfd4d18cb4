import type { SessionId } from "@boocode/shared/ids";
import type { BudgetUse } from "@boocode/shared/usage/budget";
import type { UsageSum } from "@boocode/shared/usage/usage-sum";
import { clsx } from "clsx";
import { Suspense, useState } from "react";
import { Button } from "../ui/button.tsx";
import { toCount } from "../ui/labels.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { describeUse } from "./describe-budget.ts";
import { describeCost, describeTokens } from "./describe-sum.ts";
import { useBudget } from "./use-usage.ts";
import { later } from "../ui/browser/later.ts";

const BudgetDialog = later(() => import("./budget-dialog.tsx"));

/** What a session's turns used, and its budget. */
export function SessionUsage({ sessionId }: { sessionId: SessionId }) {
  const report = useBudget(sessionId);
  const [isOpen, setOpen] = useState(false);
  if (!report?.session) return <Skeleton className="h-10 w-full" />;
  const { total, own } = report.session;
  const uses = report.uses.filter(({ scope }) => scope === "session");
  return (
    <div className="flex flex-col items-start gap-1.5">
      <p className="tabular text-muted">{total.turns === 0 ? "No turn has ended here yet." : describeTotal(total)}</p>
      {uses.map((use) => (
        <UseBar key={use.unit} use={use} />
      ))}
      <Button size="sm" variant="quiet" className="-ml-2" onClick={() => setOpen(true)}>
        {own !== null || uses.length > 0 ? "Change budget…" : "Set a budget…"}
      </Button>
      {isOpen && (
        <Suspense>
          <BudgetDialog sessionId={sessionId} scope="session" onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

function describeTotal(total: UsageSum): string {
  const cost = describeCost(total);
  return [toCount(total.turns, "turn"), describeTokens(total), cost === null ? null : cost].filter((part) => part !== null).join(" · ");
}

/** A limit as a bar, with its words. */
function UseBar({ use }: { use: BudgetUse }) {
  const share = Math.min(1, use.spent / use.limit);
  const colour = { within: "bg-muted", warn: "bg-amber", stop: "bg-amber" }[use.level];
  return (
    <div className="flex w-full flex-col gap-1">
      <span className={clsx("tabular text-sm", use.level === "stop" ? "text-amber" : "text-muted")}>
        {describeUse(use)}
        {use.level === "stop" && ", used up"}
      </span>
      <span aria-hidden className="h-1 w-full overflow-hidden rounded-full bg-active">
        <span className={clsx("block h-full rounded-full", colour)} style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
}
