import type { SessionId, TerminalId } from "@boocode/shared/ids";
import type { GitStatus } from "@boocode/shared/git/git-status";
import { ArrowDownToLine, ArrowUpFromLine, ExternalLink, GitPullRequest } from "lucide-react";
import { Suspense, useState } from "react";
import { explainError, faultOf } from "../api/faults/explain-fault.ts";
import { trpcClient } from "../api/trpc.ts";
import { useRefresh } from "../changes/use-refresh.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { CommitForm } from "./commit-form.tsx";
import { describeBase, describeRun, describeUpstream } from "./describe-git.ts";
import { OperationNotice } from "./operation-notice.tsx";
import { useGitAction, useGitStatus } from "./use-git.ts";
import { later } from "../ui/browser/later.ts";

const UpdateDialog = later(() => import("./update-dialog.tsx"));
const PullRequestDialog = later(() => import("./pull-request-dialog.tsx"));

interface GitPanelProps {
  sessionId: SessionId;
  /** The session's title, which a pull request begins with. */
  title: string;
  onShowTerminal: (terminalId: TerminalId) => void;
}

/** Git of a session: what is changed, committing it, and bringing it to others. Fills its parent. */
export default function GitPanel({ sessionId, title, onShowTerminal }: GitPanelProps) {
  useRefresh(sessionId);
  const { data: status, error, refetch } = useGitStatus(sessionId);
  if (!status) {
    if (!error) return <Skeleton className="m-4 h-24" />;
    const isUnmade = faultOf(error)?.kind === "worktree_not_made";
    const { title: what, hint } = explainError(error);
    return <EmptyState title={what} hint={hint} action={!isUnmade && <Button onClick={() => void refetch()}>Try again</Button>} />;
  }
  return (
    <section aria-label="Git" className="flex flex-col gap-5 p-4">
      <Places status={status} title={title} />
      <RunNote status={status} onShowTerminal={onShowTerminal} />
      {status.operation === null ? (
        <CommitForm key={sessionId} status={status} />
      ) : (
        <OperationNotice status={status} operation={status.operation} />
      )}
    </section>
  );
}

/** Where the branch stands, and what takes it elsewhere. */
function Places({ status, title }: { status: GitStatus; title: string }) {
  const { sessionId, branch, base, upstream, remotes, run, isBusy, operation } = status;
  const [asked, setAsked] = useState<"update" | "pull_request" | null>(null);
  const push = useGitAction(trpcClient.git.push.mutate);
  const isRunning = run !== null && run.end === null;
  const canPush = branch !== null && remotes.length > 0 && !(upstream !== null && !upstream.isGone && upstream.ahead === 0);
  const page = remotes.find(({ name }) => name === (upstream?.remote ?? status.pushRemote))?.webUrl;
  return (
    <div>
      <div className="flex items-center gap-1">
        <h2 className="min-w-0 truncate font-mono text-sm font-medium" title={branch ?? undefined}>
          {branch ?? `${status.head?.slice(0, 10) ?? "nothing"} (no branch)`}
        </h2>
        {branch !== null && <CopyButton text={branch} label="Copy the branch's name" />}
      </div>
      <p className="mt-1 text-sm text-muted">{describeUpstream(status)}</p>
      <p className="text-sm text-muted">{describeBase(status)}</p>
      <div className="mt-2.5 flex flex-wrap gap-1.5">
        <Button size="sm" disabled={!canPush || isRunning} busy={push.isPending} onClick={() => push.mutate({ sessionId })}>
          <ArrowUpFromLine aria-hidden className="size-3.5" />
          Push
        </Button>
        <Button size="sm" disabled={branch === null || base === null || isRunning} onClick={() => setAsked("pull_request")}>
          <GitPullRequest aria-hidden className="size-3.5" />
          Pull request…
        </Button>
        <Button
          size="sm"
          disabled={branch === null || base === null || operation !== null || isBusy || isRunning}
          onClick={() => setAsked("update")}
        >
          <ArrowDownToLine aria-hidden className="size-3.5" />
          Update from base…
        </Button>
        {page && (
          <a
            href={page}
            target="_blank"
            rel="noopener noreferrer"
            className="inline-flex h-6 items-center gap-1 rounded-md px-1.5 text-sm text-muted hover:bg-hover hover:text-ink"
          >
            Remote
            <ExternalLink aria-hidden className="size-3.5" />
          </a>
        )}
      </div>
      <Suspense>
        {asked === "update" && <UpdateDialog status={status} onDone={() => setAsked(null)} />}
        {asked === "pull_request" && <PullRequestDialog status={status} title={title} onDone={() => setAsked(null)} />}
      </Suspense>
    </div>
  );
}

/** What the git that was started last is doing, or why it failed. */
function RunNote({ status: { run }, onShowTerminal }: { status: GitStatus; onShowTerminal: (terminalId: TerminalId) => void }) {
  const words = describeRun(run);
  return (
    <output className={words ? "flex flex-col items-start gap-2 rounded-md border border-line bg-inset px-3 py-2" : "sr-only"}>
      {words && run && (
        <>
          <span className={words.tone === "failed" ? "text-removed" : "text-muted"}>{words.text}</span>
          <Button size="sm" onClick={() => onShowTerminal(run.terminalId)}>
            Show the terminal
          </Button>
        </>
      )}
    </output>
  );
}
