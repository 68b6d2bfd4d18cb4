import { decideLockRemoval, type GitLock } from "@boocode/shared/worktrees/git-lock";

/** Sentences about a lock: its age, its holder, and what that means. */
export function describeLock(lock: GitLock): string {
  const age = `It has been there for ${toAge(lock.ageMs)}.`;
  const [holder] = lock.holders ?? [];
  switch (decideLockRemoval(lock, lock.identity)) {
    case "held":
      return `${age} ${holder!.name} (process ${holder!.pid}) is using the repository; it removes the lock when it is done.`;
    case "unknown":
      return `${age} BooCode cannot tell who holds it. If you are sure that no git process is running, delete the file yourself.`;
    case "young":
      return `${age} No running program holds it; when it is a minute old, it can be removed here.`;
    default:
      return `${age} No running program holds it: the git that made it has probably died.`;
  }
}

function toAge(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 90) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
