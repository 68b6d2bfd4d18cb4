import type { GitStatus } from "@boocode/shared/git/git-status";
import { useState } from "react";
import { toOperation } from "../api/faults/explain-git-fault.ts";
import { trpcClient } from "../api/trpc.ts";
import { useChangesFrame } from "../changes/changes-frame.tsx";
import { Button } from "../ui/button.tsx";
import { toCount } from "../ui/labels.ts";
import { toHandover } from "./describe-git.ts";
import { useGitAction } from "./use-git.ts";

/** What git is in the middle of, the conflicts in it, and the ways out. Abort is always there. */
export function OperationNotice({ status, operation }: { status: GitStatus; operation: NonNullable<GitStatus["operation"]> }) {
  const { sessionId, files, counts, run, isBusy } = status;
  const { send, openFile } = useChangesFrame();
  const [words, setWords] = useState<string | null>(null);
  const go = useGitAction(trpcClient.git.continueOperation.mutate);
  const abort = useGitAction(trpcClient.git.abort.mutate);
  const conflicts = files.filter(({ isConflict }) => isConflict).map(({ path }) => path);
  const isRunning = run !== null && run.end === null;
  const name = toOperation(operation);
  const isEndless = operation === "bisect";
  return (
    <section aria-label="Conflicts" className="flex flex-col gap-3 rounded-md border border-line bg-amber-soft/40 p-3">
      <div>
        <h2 className="font-medium">Git is in the middle of a {name}</h2>
        <p className="mt-0.5 text-sm text-muted">
          {counts.conflicts === 0
            ? "No conflict is left. Continue to finish it."
            : `${toCount(counts.conflicts, "file")} in conflict. Resolve each, then continue. Abort puts everything back as it was.`}
        </p>
      </div>
      {conflicts.length > 0 && (
        <ul className="max-h-48 overflow-auto">
          {conflicts.map((path) => (
            <li key={path} className="flex font-mono text-sm">
              <button
                type="button"
                title={path}
                className="min-w-0 truncate rounded-sm text-left hover:underline pointer-coarse:min-h-10"
                onClick={() => openFile(path)}
              >
                {path}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-1.5">
        <Button
          size="sm"
          variant="primary"
          busy={go.isPending}
          disabled={isBusy || isRunning || isEndless}
          onClick={() => go.mutate({ sessionId })}
        >
          Continue
        </Button>
        {conflicts.length > 0 && words === null && (
          <Button size="sm" disabled={isBusy} onClick={() => setWords(toHandover(operation, conflicts))}>
            Hand to an agent…
          </Button>
        )}
        <Button
          size="sm"
          variant="danger"
          className="ml-auto"
          busy={abort.isPending}
          disabled={isBusy || isRunning || isEndless}
          onClick={() => abort.mutate({ sessionId })}
        >
          Abort
        </Button>
      </div>
      {isBusy && <p className="text-sm text-muted">An agent works in these files. Continue or abort when its turn is over.</p>}
      {isEndless && <p className="text-sm text-muted">Finish a bisect in a terminal: git bisect reset.</p>}
      {words !== null && (
        <div className="flex flex-col gap-2">
          <textarea
            aria-label="Message to the agent"
            value={words}
            rows={7}
            onChange={(event) => setWords(event.target.value)}
            className="w-full resize-y rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-sm text-ink focus:border-accent focus:outline-1 focus:outline-accent"
          />
          <div className="flex justify-end gap-1.5">
            <Button size="sm" variant="quiet" onClick={() => setWords(null)}>
              Cancel
            </Button>
            <Button
              size="sm"
              disabled={words.trim() === ""}
              onClick={() => {
                send(words);
                setWords(null);
              }}
            >
              Send to the chat
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}
