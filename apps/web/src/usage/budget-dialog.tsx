import type { SessionId } from "@boocode/shared/ids";
import type { Budget, BudgetScope } from "@boocode/shared/usage/budget";
import { useChangeSettings } from "../api/use-settings.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { BudgetFields } from "./budget-fields.tsx";
import { describeUse } from "./describe-budget.ts";
import { useBudget, useSetSessionBudget } from "./use-usage.ts";

type BudgetDialogProps = { sessionId: SessionId; scope: BudgetScope; onClose: () => void };

/** The dialog in which a session's own budget, or that of the day, is changed. It saves at once. */
export default function BudgetDialog({ sessionId, scope, onClose }: BudgetDialogProps) {
  const report = useBudget(sessionId);
  const setSession = useSetSessionBudget();
  const change = useChangeSettings();
  const isSession = scope === "session";
  // What is being saved counts already: the other field may be left before the answer is here.
  const own = (setSession.isPending ? setSession.variables.budget : report?.session?.own) ?? null;
  const budget = isSession ? (own ?? report?.session?.inherited) : report?.day.budget;
  const save = (next: Budget) => (isSession ? setSession.mutate({ sessionId, budget: next }) : change.mutate({ dayBudget: next }));
  const uses = report?.uses.filter((use) => use.scope === scope) ?? [];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={isSession ? "This session's budget" : "Budget of each day"}
      description={
        isSession
          ? "How much its agents may use before no further turn starts. A turn that runs is never cut."
          : "How much the agents of all sessions may use in one day before no further turn starts. A turn that runs is never cut."
      }
      footer={
        <>
          {isSession && own !== null && (
            <Button
              variant="quiet"
              className="mr-auto"
              busy={setSession.isPending}
              onClick={() => setSession.mutate({ sessionId, budget: null })}
            >
              Use the default
            </Button>
          )}
          <Button data-safest onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      {budget && (
        <div className="flex flex-col gap-3">
          <BudgetFields of={isSession ? "Session" : "Day"} value={budget} isFirst onChange={save} />
          <p role="status" className="tabular text-sm text-muted">
            {uses.length === 0 ? "Without a limit." : `Used: ${uses.map(describeUse).join(", ")}.`}
            {isSession && own === null && " It has the default of the settings."}
          </p>
        </div>
      )}
    </Dialog>
  );
}
