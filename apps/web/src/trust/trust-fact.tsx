import type { ProjectId, SessionId } from "@boocode/shared/ids";
import type { TrustState } from "@boocode/shared/trust/trust";
import { Suspense, useState } from "react";
import { Button } from "../ui/button.tsx";
import { useTrustReport } from "./use-trust.ts";
import { later } from "../ui/browser/later.ts";

const TrustDialog = later(() => import("./trust-dialog.tsx"));

const WORDS: Record<Exclude<TrustState, "nothing">, string> = {
  trusted: "What the repository wants to run is trusted.",
  distrusted: "What the repository wants to run is off: you did not trust it.",
  undecided: "What the repository wants to run is off until you trust it.",
  unknown: "What the repository wants to run is off: it could not be checked.",
};

/** Shows the person's trust decision and lets them change it. Renders nothing if there is nothing to trust. */
export function TrustFact({ projectId, sessionId }: { projectId: ProjectId; sessionId: SessionId }) {
  const report = useTrustReport(projectId, sessionId);
  const [isOpen, setOpen] = useState(false);
  if (!report || report.state === "nothing") return null;
  return (
    <p className="mt-2 flex items-center gap-2 text-muted">
      <span className="min-w-0 flex-1">{WORDS[report.state]}</span>
      {report.state !== "unknown" && (
        <Button size="sm" onClick={() => setOpen(true)}>
          Show
        </Button>
      )}
      {isOpen && (
        <Suspense>
          <TrustDialog report={report} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </p>
  );
}
