import { CircleAlert, CloudOff } from "lucide-react";
import type { Explanation } from "../api/explain-fault.ts";

/** Why the text is still in the composer. */
export function ComposerNotice({ failure, isOffline }: { failure: Explanation | null; isOffline: boolean }) {
  if (failure) {
    return (
      <p role="alert" className="flex items-start gap-2 border-b border-line px-3.5 py-2 text-sm">
        <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0 text-removed" />
        <span className="min-w-0">
          <span className="font-medium">{failure.title}.</span> <span className="text-muted">{failure.hint} Your text is kept.</span>
        </span>
      </p>
    );
  }
  if (!isOffline) return null;
  return (
    <p role="status" className="flex items-start gap-2 border-b border-line px-3.5 py-2 text-sm text-muted">
      <CloudOff aria-hidden className="mt-px size-3.5 shrink-0 text-amber" />
      BooCode does not answer. Write on: your text is kept, and can be sent when it is back.
    </p>
  );
}
