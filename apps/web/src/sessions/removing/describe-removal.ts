import { joinWords, toCount } from "../../ui/labels.ts";

/** What a project still has. */
export interface Kept {
  sessions: number;
  /** How many of the sessions are archived. */
  archived: number;
  /** The number of its worktrees that belong to no session. */
  orphans: number;
  /** The number of its sessions and worktrees in the trash. */
  trashed: number;
  path: string;
}

/** What stands in the way of removing a project, and what happens to its files: none of them is touched. */
export function describeRemoval({ sessions, archived, orphans, trashed, path }: Kept): string {
  if (sessions + orphans + trashed === 0)
    return `BooCode forgets it. Nothing in ${path} is touched, and you can open it again at any time.`;
  const has = [
    ...(sessions > 0 ? [`${toCount(sessions, "session")}${archived > 0 ? ` (${archived} archived)` : ""}`] : []),
    ...(orphans > 0 ? [`${toCount(orphans, "worktree")} of no session`] : []),
    ...(trashed > 0 ? [`${trashed} in the trash`] : []),
  ];
  const first = sessions + orphans > 0 ? "Delete them first; each goes to the trash, and work that is only there is shown before. " : "";
  return `It has ${joinWords(has)}. ${first}It can be removed once the trash holds nothing of it. Nothing in ${path} is touched.`;
}
