import type { Session } from "@boocode/shared/sessions/session";
import { isSwitched } from "@boocode/shared/worktrees/decide-worktree-state";
import { FolderGit2, GitBranch, GitCommitHorizontal } from "lucide-react";
import { clsx } from "clsx";
import type { ReactNode } from "react";
import { CopyButton } from "../ui/copy-button.tsx";

const SHORT_COMMIT = 10;
const COMMIT = /^[0-9a-f]{40,64}$/;

/** The location of a session's files: worktree, branch and base. */
export function WorktreeFacts({ session }: { session: Pick<Session, "worktree" | "baseRef" | "adoptedBranch"> }) {
  const { worktree, adoptedBranch } = session;
  if (!worktree) {
    return (
      <p className="text-muted">
        The worktree is made when the first message is sent{adoptedBranch !== null && `, on your branch ${adoptedBranch}`}. Until then there
        is nothing on disk.
      </p>
    );
  }
  const branch = worktree.adopted === "worktree" ? (worktree.head ?? worktree.branch) : worktree.branch;
  return (
    <>
      {worktree.state === "missing" && <p className="pb-1 text-removed">The directory was moved or deleted outside BooCode.</p>}
      {worktree.state === "replaced" && <p className="pb-1 text-removed">Something else is in its place.</p>}
      {isSwitched(worktree) && (
        <p className="pb-1 text-amber">
          {COMMIT.test(worktree.head ?? "") ? "No branch is" : "Another branch is"} checked out:{" "}
          <span className="font-mono text-sm">{worktree.head}</span>
        </p>
      )}
      {worktree.adopted === "worktree" && <p className="pb-1 text-muted">Not made by BooCode: it is never moved or removed.</p>}
      {worktree.adopted === "branch" && <p className="pb-1 text-muted">The branch is yours: it stays when the session is deleted.</p>}
      {worktree.state === "creating" && <p className="pb-1 text-muted">Checking out the files…</p>}
      <dl className="flex flex-col gap-0.5">
        <Fact icon={<FolderGit2 aria-hidden />} name="Worktree" value={worktree.path} isPath copied={worktree.path} />
        <Fact icon={<GitBranch aria-hidden />} name="Branch" value={branch} copied={branch} />
        <Fact
          icon={<GitCommitHorizontal aria-hidden />}
          name="Base"
          value={`${session.baseRef ? `${session.baseRef} at ` : ""}${worktree.baseCommit.slice(0, SHORT_COMMIT)}`}
          copied={worktree.baseCommit}
        />
      </dl>
    </>
  );
}

type FactProps = { icon: ReactNode; name: string; value: string; isPath?: boolean; copied: string };

function Fact({ icon, name, value, isPath = false, copied }: FactProps) {
  return (
    <div className="group/fact flex min-h-7 items-center gap-2">
      <dt className="flex w-24 shrink-0 items-center gap-2 text-muted [&>svg]:size-3.5 [&>svg]:text-faint">
        {icon}
        {name}
      </dt>
      <dd className="flex min-w-0 flex-1 items-center gap-2">
        {/* The end of a path says more than its beginning, so the beginning is cut off. */}
        <span className={clsx("min-w-0 flex-1 truncate text-left font-mono text-sm", isPath && "[direction:rtl]")} title={value}>
          <bdi>{value}</bdi>
        </span>
        <CopyButton
          text={copied}
          label={`Copy ${name.toLowerCase()}`}
          className="opacity-0 group-hover/fact:opacity-100 focus-visible:opacity-100"
        />
      </dd>
    </div>
  );
}
