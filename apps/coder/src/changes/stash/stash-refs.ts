import { SessionId, StashId } from "@boocode/shared/ids";
import type { Git } from "../../platform/git/git.ts";
import { readTrailers } from "./stash-words.ts";

/** The folder of the refs that keep stashes. */
const STASH_REFS = "refs/boocode/stash";
/** Where a dropped stash goes: nobody lists it, and git keeps it. */
const DROPPED_REFS = "refs/boocode/dropped";
const FORMAT = "%(refname)%00%(objectname) %(parent)%00%(committerdate:unix)%00%(contents)%01";

/** A stash as its commit says. */
export interface StashCommit {
  stashId: StashId;
  commit: string;
  /** The commit that its files are compared with: HEAD, or HEAD's files as they were checked out. */
  base: string;
  message: string;
  sessionId: SessionId | null;
  branch: string | null;
  files: number;
  at: number;
}

/** Lists a project's stashes, newest first; one whose commit is not understood is not listed. Faults: those of git. */
export async function listStashCommits(git: Git, projectPath: string): Promise<StashCommit[]> {
  const { stdout } = await git.read(projectPath, ["for-each-ref", `--format=${FORMAT}`, `${STASH_REFS}/`]);
  const found = stdout
    .toString("utf8")
    .split("\u0001")
    .flatMap((record): StashCommit[] => {
      const [ref = "", commits = "", at = "", contents = ""] = record.trimStart().split("\0");
      const id = StashId.safeParse(ref.slice(`${STASH_REFS}/`.length));
      const [commit = "", head, , checkedOut] = commits.split(" ");
      const base = checkedOut ?? head;
      if (!id.success || !/^\d+$/.test(at) || !base) return [];
      const { subject, session, branch, files } = readTrailers(contents);
      const sessionId = SessionId.safeParse(session);
      const owner = sessionId.success ? sessionId.data : null;
      return [{ stashId: id.data, commit, base, message: subject, sessionId: owner, branch, files, at: Number(at) * 1_000 }];
    });
  return found.toSorted((a, b) => b.at - a.at || (a.stashId < b.stashId ? 1 : -1));
}

/** Keeps a commit as a stash. Faults: `ref_moved` if there is one with this id, those of git. */
export async function keepStash(git: Git, projectPath: string, stashId: StashId, commit: string): Promise<void> {
  await git.write(projectPath, ["update-ref", `${STASH_REFS}/${stashId}`, commit, "0".repeat(commit.length)]);
}

/** Forgets a stash that was just kept, because all of it is still in the worktree. Faults: those of git. */
export async function forgetStash(git: Git, projectPath: string, stashId: StashId, commit: string): Promise<void> {
  await git.write(projectPath, ["update-ref", "-d", `${STASH_REFS}/${stashId}`, commit]);
}

/** Takes a stash off the list; its commit is kept under another ref, which is made first. Faults: those of git. */
export async function setStashAside(git: Git, projectPath: string, { stashId, commit }: StashCommit): Promise<void> {
  const stdin = `create ${DROPPED_REFS}/${stashId} ${commit}\ndelete ${STASH_REFS}/${stashId} ${commit}\n`;
  await git.write(projectPath, ["update-ref", "--stdin"], { stdin });
}
