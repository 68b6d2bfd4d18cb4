import type { ProjectId, SessionId } from "@boocode/shared/ids";
import { ShieldAlert } from "lucide-react";
import { Suspense, useState } from "react";
import { Button } from "../ui/button.tsx";
import { useTrustAnswer, useTrustReport } from "./use-trust.ts";
import type { TrustReport } from "@boocode/shared/trust/trust";
import { later } from "../ui/browser/later.ts";

const TrustDialog = later(() => import("./trust-dialog.tsx"));

/** Asks once whether a repository's own programs may run. Renders nothing if there are none or the question was answered. */
export function TrustNotice({ projectId, sessionId }: { projectId: ProjectId; sessionId: SessionId }) {
  const report = useTrustReport(projectId, sessionId);
  if (report?.state === "undecided") return <Question report={report} />;
  if (report?.state !== "unknown") return null;
  return (
    <div role="group" aria-label="Trust" className="flex shrink-0 items-start gap-2 border-b border-line bg-inset px-3 py-2 text-muted">
      <ShieldAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-amber" />
      <p className="min-w-0">
        <span className="font-medium text-ink">What this repository wants to run could not be checked.</span> None of it runs.{" "}
        <span className="break-words">{report.reason}</span>
      </p>
    </div>
  );
}

function Question({ report }: { report: TrustReport }) {
  const [isOpen, setOpen] = useState(false);
  const answer = useTrustAnswer(report, () => setOpen(false));
  const asked = report.items.filter(({ standing }) => standing === "new" || standing === "changed");
  const hasChanged = asked.some(({ standing }) => standing === "changed");
  return (
    <div
      role="group"
      aria-label="Trust"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-amber-soft px-3 py-2"
    >
      <ShieldAlert aria-hidden className="size-3.5 shrink-0 text-amber" />
      <p className="min-w-0 flex-1 basis-72">
        <span className="font-medium">
          {hasChanged ? "What this repository wants to run has changed:" : "This repository wants to run things:"}
        </span>{" "}
        <span className="text-muted">
          {toNames(asked.map(({ path }) => path))}. Until you trust {asked.length === 1 ? "it" : "them"}, BooCode's own agent works without{" "}
          {asked.length === 1 ? "it" : "them"}; other agents start with the repository's configuration off, or not at all.
        </span>
      </p>
      <div className="ml-auto flex gap-2">
        <Button size="sm" busy={answer.isPending} onClick={() => answer.mutate("distrust")}>
          Not now
        </Button>
        <Button size="sm" variant="primary" onClick={() => setOpen(true)}>
          Look at the files
        </Button>
      </div>
      {isOpen && (
        <Suspense>
          <TrustDialog report={report} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

const SHOWN_NAMES = 3;

function toNames(paths: readonly string[]): string {
  const more = paths.length - SHOWN_NAMES;
  return `${paths.slice(0, SHOWN_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
