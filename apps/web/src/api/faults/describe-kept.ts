/** What keeps a project on the list. */
export interface Kept {
  sessions: number;
  /** How many of the sessions are archived. */
  archived: number;
  /** The number of its worktrees that belong to no session. */
  orphans: number;
  /** The number of its sessions and worktrees in the trash. */
  trashed: number;
}

/** "a, b and c". */
const LIST = new Intl.ListFormat("en-GB");

/** What a project still has, and what to do before it can be removed: sentences. */
export function describeKept({ sessions, archived, orphans, trashed }: Kept): string {
  const has = [
    ...(sessions > 0 ? [`${toCount(sessions, "session")}${archived > 0 ? ` (${archived} archived)` : ""}`] : []),
    ...(orphans > 0 ? [`${toCount(orphans, "worktree")} of no session`] : []),
    ...(trashed > 0 ? [`${trashed} in the trash`] : []),
  ];
  const kept = has.length === 0 ? "a deletion under way" : LIST.format(has);
  const first = sessions + orphans > 0 ? "Delete them first; each goes to the trash, and work that is only there is shown before. " : "";
  return `It has ${kept}. ${first}It can be removed once the trash holds nothing of it.`;
}

/** "1 session", "3 sessions". */
export function toCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
