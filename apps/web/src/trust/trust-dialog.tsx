import type { TrustReport } from "@boocode/shared/trust/trust";
import { ChevronRight } from "lucide-react";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { useTrustAnswer } from "./use-trust.ts";

const STANDING_WORDS = { new: "new", changed: "changed", trusted: "trusted", distrusted: "not trusted" };

type TrustDialogProps = { report: TrustReport; onClose: () => void };

/** Shows everything a repository would run, in full, and takes the person's answer to exactly that content. */
export default function TrustDialog({ report, onClose }: TrustDialogProps) {
  const answer = useTrustAnswer(report, onClose);
  const isTrusted = report.state === "trusted";
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={isTrusted ? "What this repository may run" : "This repository wants to run things"}
      description="These files and settings start programs, or tell agents to. Read them as you would read code before you run it. Your answer is kept for exactly these contents; when one changes, you are asked again."
      className="max-w-2xl!"
      footer={
        <>
          <Button busy={answer.isPending && answer.variables === "distrust"} onClick={() => answer.mutate("distrust")}>
            {isTrusted ? "Trust no longer" : "Not now"}
          </Button>
          {!isTrusted && (
            <Button variant="primary" busy={answer.isPending && answer.variables === "trust"} onClick={() => answer.mutate("trust")}>
              Trust
            </Button>
          )}
        </>
      }
    >
      <ul className="flex flex-col gap-1" aria-label="Files">
        {report.items.map((item) => (
          <li key={item.path}>
            <details className="group/file overflow-hidden rounded-md border border-line">
              <summary className="flex h-8 cursor-pointer list-none items-center gap-2 px-2.5 hover:bg-hover">
                <ChevronRight aria-hidden className="size-3 shrink-0 text-faint transition-transform group-open/file:rotate-90" />
                <span className="min-w-0 flex-1 truncate font-mono text-sm" title={item.path}>
                  {item.path}
                </span>
                {item.kind === "link" && <Badge>link</Badge>}
                <Badge tone={item.standing === "new" || item.standing === "changed" ? "amber" : "neutral"}>
                  {STANDING_WORDS[item.standing]}
                </Badge>
              </summary>
              <pre
                tabIndex={0}
                aria-label={`Content of ${item.path}`}
                className="max-h-72 overflow-auto border-t border-line bg-surface px-3 py-2 text-code whitespace-pre-wrap"
              >
                {item.text ?? `Not a text file: ${item.sizeBytes} bytes.`}
                {item.truncated && `\n… ${item.sizeBytes} bytes in all; the rest is not shown here.`}
              </pre>
            </details>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
