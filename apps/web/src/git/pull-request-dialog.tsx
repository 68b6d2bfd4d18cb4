import { MAX_COMMIT_MESSAGE, type GitStatus } from "@boocode/shared/git/git-status";
import { useState } from "react";
import { trpcClient } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/text-field.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { useGitAction } from "./use-git.ts";

/** Makes a pull request: by `gh` in a terminal, or on the page of the remote's host, which is opened only on a click. */
export default function PullRequestDialog({ status, title, onDone }: { status: GitStatus; title: string; onDone: () => void }) {
  const { sessionId, hasGh, branch, base } = status;
  const [words, setWords] = useState({ title, body: "" });
  const [url, setUrl] = useState<string | null>(null);
  const make = useGitAction(trpcClient.git.pullRequest.mutate);
  const go = () => make.mutate({ sessionId, ...words }, { onSuccess: (made) => ("url" in made ? setUrl(made.url) : onDone()) });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onDone()}
      title="Pull request"
      description={
        hasGh
          ? `gh proposes ${branch ?? "the branch"} for ${base?.name ?? "its base"}, in a terminal you see. What is not pushed is pushed first.`
          : `The page of the remote's host proposes ${branch ?? "the branch"} for ${base?.name ?? "its base"}.`
      }
      footer={
        <>
          <Button data-safest onClick={onDone}>
            Cancel
          </Button>
          {url === null ? (
            <Button variant="primary" busy={make.isPending} disabled={words.title.trim() === ""} onClick={go}>
              {hasGh ? "Create" : "Find the page"}
            </Button>
          ) : (
            <Button
              variant="primary"
              onClick={() => {
                window.open(url, "_blank", "noopener,noreferrer");
                onDone();
              }}
            >
              Open
            </Button>
          )}
        </>
      }
    >
      {url !== null ? (
        <p className="rounded-md bg-inset px-3 py-2 font-mono text-sm [overflow-wrap:anywhere]">{url}</p>
      ) : (
        hasGh && (
          <div className="flex flex-col gap-2">
            <TextField
              aria-label="Title"
              data-focus-first
              maxLength={250}
              value={words.title}
              onChange={(event) => setWords({ ...words, title: event.target.value })}
            />
            <textarea
              aria-label="Description"
              rows={6}
              maxLength={MAX_COMMIT_MESSAGE}
              value={words.body}
              onChange={(event) => setWords({ ...words, body: event.target.value })}
              placeholder="Description"
              className="w-full resize-y rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-base text-ink focus:border-accent focus:outline-1 focus:outline-accent"
            />
          </div>
        )
      )}
    </Dialog>
  );
}
