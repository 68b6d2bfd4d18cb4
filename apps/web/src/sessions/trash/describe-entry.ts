import type { TrashEntry } from "@boocode/shared/trash/trash-entry";
import { joinWords, toCount } from "../../ui/labels.ts";

/** The day in a year's list: "29 Dec"; with the year if it is another one. */
function toDay(at: number, now: number): string {
  const [day, today] = [new Date(at), new Date(now)];
  const year = day.getFullYear() === today.getFullYear() ? {} : { year: "numeric" as const };
  return day.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...year });
}

/** What an entry still holds and for how long, as a sentence without a full stop. */
export function describeHolds({ holds, expiresAt, kind }: Pick<TrashEntry, "holds" | "expiresAt" | "kind">, now: number): string {
  switch (holds) {
    case "folder":
      return expiresAt > now ? `Its folder is kept until ${toDay(expiresAt, now)}` : "Its folder goes with the next cleaning";
    case "refs":
      return "Its folder is gone; its commits are kept until you purge them";
    case "released":
      return "Its chats are kept; its folder is yours and stayed where it is";
    case "records":
      return kind === "session" ? "Its chats are kept; it had no files" : "It had no files";
  }
}

/** What goes for good when an entry is purged, each without a full stop. `size` in words; null if it is not known. */
export function describePurge(
  { holds, kind, chats, branch }: Pick<TrashEntry, "holds" | "kind" | "chats" | "branch">,
  size: string | null,
): string[] {
  const commits = branch === null ? "The commits that are nowhere else" : `The commits of ${branch} that are nowhere else`;
  return [
    ...(holds === "folder" ? [`Its folder with every file${size === null ? "" : `, ${size}`}`] : []),
    ...(holds === "folder" || holds === "refs" ? [`${commits}, with its last checkpoints`] : []),
    ...(holds === "released" ? ["Its checkpoints. Its folder and its branch are yours, and stay"] : []),
    ...(kind === "session"
      ? [chats === 0 ? "Its records" : `${toCount(chats, "chat")} with everything said in ${chats === 1 ? "it" : "them"}`]
      : []),
  ];
}

/** "2 sessions and 1 worktree". */
export function describeCount(entries: readonly Pick<TrashEntry, "kind">[]): string {
  const sessions = entries.filter(({ kind }) => kind === "session").length;
  const worktrees = entries.length - sessions;
  return joinWords([...(sessions > 0 ? [toCount(sessions, "session")] : []), ...(worktrees > 0 ? [toCount(worktrees, "worktree")] : [])]);
}
