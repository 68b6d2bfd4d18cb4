import { DomainError } from "@boocode/shared/faults/domain-error";
import type { CommitReader } from "./read-commits.ts";
import { NO_REPLACING } from "./read-refs.ts";

export interface UnmergedInput {
  /** The commit to look at with all before it. */
  tip: string;
  /** The commit of the default branch. */
  into: string;
  /** Commits before this one do not count; null: all do. */
  base: string | null;
}

/** The author of a commit that no ref ever names. */
const NOBODY = {
  GIT_AUTHOR_NAME: "BooCode",
  GIT_AUTHOR_EMAIL: "boocode@boocode.invalid",
  GIT_AUTHOR_DATE: "1000000000 +0000",
  GIT_COMMITTER_NAME: "BooCode",
  GIT_COMMITTER_EMAIL: "boocode@boocode.invalid",
  GIT_COMMITTER_DATE: "1000000000 +0000",
};

/**
 * Lists the commits whose content the default branch lacks. It has a commit's content if it has a commit with the same patch; it has that of
 * all of them if merging them would add nothing, or if one of its commits is their squash.
 *
 * Where git cannot compare contents, because it is too old or objects are missing, the commits count. A timeout rejects.
 */
export async function findUnmerged(reader: CommitReader, input: UnmergedInput): Promise<string[]> {
  const { tip, into, base } = input;
  const commits = await listCommits(reader, [`${into}...${tip}`, "--right-only", "--parents", ...(base === null ? [] : [`^${base}`])]);
  if (commits.length === 0) return [];
  const all = commits.map(({ oid }) => oid);
  try {
    const left = await listPatches(reader, into, tip, base);
    if (left.length === 0) return [];
    const hasOwn = commits.some(({ oid, parents }) => left.includes(oid) && parents < 2);
    return (await isWholeIn(reader, input, hasOwn)) ? [] : left;
  } catch (error) {
    if (error instanceof DomainError && error.fault.kind === "git_failed") return all;
    throw error;
  }
}

async function isWholeIn(reader: CommitReader, { tip, into }: UnmergedInput, hasOwn: boolean): Promise<boolean> {
  const { git, projectPath, limit } = reader;
  const read = (argv: string[], exitCodes = [0]) => git.read(projectPath, argv, { ...NO_REPLACING, exitCodes, limitMs: limit.leftMs });
  const base = (await read(["merge-base", into, tip], [0, 1])).text;
  if (base === "") return false;
  const { text } = await read(["rev-parse", `${into}^{tree}`, `${tip}^{tree}`, `${base}^{tree}`]);
  const [intoTree, tipTree, baseTree] = text.split("\n");
  // Commits that take each other back add nothing, and what the first of them held is only here.
  if (hasOwn && tipTree === baseTree) return false;
  const merged = await git.write(projectPath, ["merge-tree", "--write-tree", "--no-messages", into, tip], {
    ...NO_REPLACING,
    exitCodes: [0, 1, 128, 129],
    limitMs: limit.leftMs,
  });
  if (merged.exitCode === 0 && merged.text === intoTree) return true;
  // The default branch may have gone on since the squash, in the same lines.
  const squash = await git.write(projectPath, ["commit-tree", `${tip}^{tree}`, "-p", base, "-m", "All as one"], {
    ...NO_REPLACING,
    variables: NOBODY,
    limitMs: limit.leftMs,
  });
  return (await listPatches(reader, into, squash.text, null)).length === 0;
}

/** Lists the commits of `tip` for which `into` has no commit with the same patch. */
async function listPatches(reader: CommitReader, into: string, tip: string, base: string | null): Promise<string[]> {
  const not = base === null ? [] : [`^${base}`];
  return (await listCommits(reader, [`${into}...${tip}`, "--right-only", "--cherry-pick", ...not])).map(({ oid }) => oid);
}

async function listCommits({ git, projectPath, limit }: CommitReader, argv: readonly string[]) {
  const { text } = await git.read(projectPath, ["rev-list", ...argv, "--"], {
    ...NO_REPLACING,
    limitMs: limit.leftMs,
    maxOutputBytes: 64 * 1024 * 1024,
  });
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [oid = "", ...parents] = line.split(" ");
      return { oid, parents: parents.length };
    });
}
