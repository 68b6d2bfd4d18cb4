import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { explainError } from "../api/faults/explain-fault.ts";
import { trpc } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { useFocusReturn } from "../ui/browser/use-focus-return.ts";

/** Explains the daemon's own token and replaces it. */
export function RotateToken() {
  const [isAsking, setAsking] = useState(false);
  const keep = useFocusReturn<HTMLButtonElement>(isAsking);
  const ask = useFocusReturn<HTMLButtonElement>(!isAsking);
  const rotate = useMutation(trpc.access.rotate.mutationOptions({ meta: { ownWords: true }, onSettled: () => setAsking(false) }));
  const refusal = rotate.isError ? explainError(rotate.error) : null;
  return (
    <div className="rounded-lg border border-line px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <KeyRound aria-hidden className="size-4 shrink-0 text-faint" />
        <p className="min-w-0 flex-1 basis-60">
          The daemon's own token
          <span className="block text-sm text-muted">
            {isAsking
              ? "Scripts, printed addresses and other browsers lose access at once. This browser keeps its own."
              : "Used by scripts and by the address that npm start prints."}
          </span>
        </p>
        {isAsking ? (
          <span className="ml-auto flex gap-1">
            <Button ref={keep} size="sm" variant="quiet" onClick={() => setAsking(false)}>
              Keep
            </Button>
            <Button size="sm" variant="danger" busy={rotate.isPending} onClick={() => rotate.mutate()}>
              Yes, change it
            </Button>
          </span>
        ) : (
          <Button ref={ask} size="sm" variant="quiet" className="ml-auto" onClick={() => setAsking(true)}>
            Change…
          </Button>
        )}
      </div>
      <p role="status" className="mt-1 text-sm text-muted empty:hidden">
        {rotate.data && (
          <>
            Changed. The new token is in <span className="font-mono [overflow-wrap:anywhere]">{rotate.data.file}</span>, and the next start
            prints it.
          </>
        )}
        {refusal && (
          <>
            <span className="text-removed">{refusal.title}.</span> {refusal.hint}
          </>
        )}
      </p>
    </div>
  );
}
