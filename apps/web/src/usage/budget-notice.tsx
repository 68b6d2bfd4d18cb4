import type { SessionId } from "@boocode/shared/ids";
import type { BudgetScope } from "@boocode/shared/usage/budget";
import { clsx } from "clsx";
import { Gauge } from "lucide-react";
import { Suspense, useState } from "react";
import { Button } from "../ui/button.tsx";
import { describeBudget } from "./describe-budget.ts";
import { useBudget } from "./use-usage.ts";
import { later } from "../ui/browser/later.ts";

const BudgetDialog = later(() => import("./budget-dialog.tsx"));

/** One line once a budget is nearly or wholly used, with the way to raise it. Renders nothing before. */
export function BudgetNotice({ sessionId }: { sessionId: SessionId }) {
  const use = useBudget(sessionId)?.deciding ?? null;
  // The dialog stays while its own change takes the notice away.
  const [raised, setRaised] = useState<BudgetScope | null>(null);
  return (
    <>
      {use && (
        <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 px-1 pb-1.5 text-sm">
          <span className={clsx("flex min-w-0 flex-1 items-start gap-1.5", use.level === "stop" ? "text-amber" : "text-muted")}>
            <Gauge aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            <span className="tabular min-w-0">
              {describeBudget(use)}
              {use.level === "stop" && ". New messages wait"}
            </span>
          </span>
          <Button size="sm" variant={use.level === "stop" ? "secondary" : "quiet"} onClick={() => setRaised(use.scope)}>
            Raise budget…
          </Button>
        </div>
      )}
      {raised && (
        <Suspense>
          <BudgetDialog sessionId={sessionId} scope={raised} onClose={() => setRaised(null)} />
        </Suspense>
      )}
    </>
  );
}
