import type { SessionId } from "@boocode/shared/ids";
import { decideLockRemoval, type GitLock } from "@boocode/shared/worktrees/git-lock";
import { useQuery } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { Suspense, useState } from "react";
import { trpc } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { describeLock } from "./describe-lock.ts";
import { later } from "../ui/browser/later.ts";

const LockDialog = later(() => import("./lock-dialog.tsx"));

/** Minimum age of a shown lock, because most locks are gone before the notice could be read. */
const SHOWN_FROM_MS = 5_000;
const LOOK_AGAIN_MS = 5_000;

/** Reports a git lock on the session's repository and its holder, and offers to remove a lock that nobody holds. */
export function LockNotice({ sessionId }: { sessionId: SessionId }) {
  const { data: locks = [] } = useQuery(
    trpc.worktreeRisk.locks.queryOptions(
      { sessionId },
      { retry: false, refetchInterval: ({ state }) => (state.data && state.data.length > 0 ? LOOK_AGAIN_MS : false) },
    ),
  );
  const [asked, setAsked] = useState<GitLock | null>(null);
  const [lock] = locks.filter(({ ageMs }) => ageMs >= SHOWN_FROM_MS);
  if (!lock && !asked) return null;
  return (
    <>
      {lock && (
        <div
          role="alert"
          aria-label="Git lock"
          className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-amber-soft px-3 py-2"
        >
          <Lock aria-hidden className="size-3.5 shrink-0 text-amber" />
          <p className="min-w-0 flex-1 basis-72">
            <span className="font-medium">A git lock is in the way.</span>{" "}
            <span className="break-words text-muted">
              {describeLock(lock)} <span className="font-mono text-sm [overflow-wrap:anywhere]">{lock.path}</span>
            </span>
          </p>
          {decideLockRemoval(lock, lock.identity) === null && (
            <Button size="sm" className="ml-auto" onClick={() => setAsked(lock)}>
              Remove the lock…
            </Button>
          )}
        </div>
      )}
      {asked && (
        <Suspense>
          <LockDialog sessionId={sessionId} lock={asked} onDone={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
}
