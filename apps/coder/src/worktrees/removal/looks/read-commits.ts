import type { RiskCommit } from "@boocode/shared/worktrees/risk-report";
import type { Git } from "../../../platform/git/git.ts";
import { LookError, type Limit } from "./limit.ts";
import { NO_REPLACING } from "./read-refs.ts";

/** How many commits are counted. */
const MOST = 10_000;
const MAX_SUBJECT_CHARS = 200;

export interface CommitReader {
  git: Git;
  projectPath: string;
  limit: Limit;
}

/** Lists commits with their subjects, newest first, at most ten thousand. `revisions` are arguments of `git log`. */
export async function readCommits({ git, projectPath, limit }: CommitReader, revisions: readonly string[]): Promise<RiskCommit[]> {
  const argv = ["log", "-z", "--format=%H %ct %s", `--max-count=${MOST}`, ...revisions, "--"];
  const { stdout } = await git.read(projectPath, argv, { ...NO_REPLACING, limitMs: limit.leftMs, maxOutputBytes: 64 * 1024 * 1024 });
  return stdout
    .toString("utf8")
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [, oid, at, subject = ""] = /^([0-9a-f]{40,64}) (\d+) ?([\s\S]*)$/.exec(line) ?? [];
      if (oid === undefined) throw new LookError("git's answer was not understood");
      return { oid, subject: subject.slice(0, MAX_SUBJECT_CHARS), at: Number(at) * 1_000 };
    });
}
