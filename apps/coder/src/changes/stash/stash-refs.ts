import { SessionId, StashId } from "@boocode/shared/ids";
import type { Git } from "../../platform/git/git.ts";
import { readTrailers } from "./stash-words.ts";

/** The folder of the refs that keep stashes. */
const STASH_REFS = "refs/boocode/stash";
/** Where a dropped stash goes, below the second in which it was dropped. */
const DROPPED_REFS = "refs/boocode/dropped";
const FORMAT = "%(refname)%00%(objectname) %(parent)%00%(committerdate:unix)%00%(contents)%01";

/** A stash as its commit says. */
export interface StashCommit {
  stashId: StashId;
  commit: string;
  /** The commit that its files are compared with: HEAD, or HEAD's files as they were checked out. */
  base: string;
  /** HEAD as it was, and a commit of the index as it was. */
  head: string;
  index: string;
  message: string;
  sessionId: SessionId | null;
  branch: string | null;
  files: number;
  at: number;
}

/** One that was dropped. */
export interface DroppedCommit extends StashCommit {
  ref: string;
  droppedAt: number;
}

/** Lists a project's stashes, newest first; one whose commit is not understood is not listed. Faults: those of git. */
export async function listStashCommits(git: Git, projectPath: string): Promise<StashCommit[]> {
  const found = await readStashes(git, projectPath, STASH_REFS);
  return found.toSorted((a, b) => b.at - a.at || (a.stashId < b.stashId ? 1 : -1));
}

/** Lists what was dropped in a project. Faults: those of git. */
export async function listDroppedCommits(git: Git, projectPath: string): Promise<DroppedCommit[]> {
  const found = await readStashes(git, projectPath, DROPPED_REFS);
  return found.flatMap((stash) => {
    const seconds = /\/(\d{1,11})\/[^/]+$/.exec(stash.ref)?.[1];
    return seconds === undefined ? [] : [{ ...stash, droppedAt: Number(seconds) * 1_000 }];
  });
}

async function readStashes(git: Git, projectPath: string, folder: string): Promise<(StashCommit & { ref: string })[]> {
  const { stdout } = await git.read(projectPath, ["for-each-ref", `--format=${FORMAT}`, `${folder}/`]);
  return stdout
    .toString("utf8")
    .split("\u0001")
    .flatMap((record) => {
      const [ref = "", commits = "", at = "", contents = ""] = record.trimStart().split("\0");
      const id = StashId.safeParse(ref.slice(ref.lastIndexOf("/") + 1));
      const [commit = "", head = "", index = "", checkedOut] = commits.split(" ");
      const base = checkedOut ?? head;
      if (!id.success || !/^\d+$/.test(at) || !base || index === "") return [];
      const { subject, session, branch, files } = readTrailers(contents);
      const sessionId = SessionId.safeParse(session);
      const owner = sessionId.success ? sessionId.data : null;
      return [
        { ref, stashId: id.data, commit, base, head, index, message: subject, sessionId: owner, branch, files, at: Number(at) * 1_000 },
      ];
    });
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
export async function setStashAside(git: Git, projectPath: string, { stashId, commit }: StashCommit, now: number): Promise<void> {
  const dropped = `${DROPPED_REFS}/${Math.floor(now / 1_000)}/${stashId}`;
  await git.write(projectPath, ["update-ref", "--stdin"], {
    stdin: `create ${dropped} ${commit}\ndelete ${STASH_REFS}/${stashId} ${commit}\n`,
  });
}

/** Puts a dropped stash back on the list. Faults: those of git. */
export async function takeStashBack(git: Git, projectPath: string, { ref, stashId, commit }: DroppedCommit): Promise<void> {
  const stdin = `create ${STASH_REFS}/${stashId} ${commit}\ndelete ${ref} ${commit}\n`;
  await git.write(projectPath, ["update-ref", "--stdin"], { stdin });
}

/** Forgets a dropped stash for good. Faults: those of git. */
export async function letGoOfDropped(git: Git, projectPath: string, { ref, commit }: DroppedCommit): Promise<void> {
  await git.write(projectPath, ["update-ref", "-d", ref, commit]);
}
