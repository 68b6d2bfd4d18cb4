import { access, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../platform/git/byte-path.ts";
import { joinNul } from "../../platform/git/git-output.ts";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { clearingOwnLocks } from "./clear-own-lock.ts";
import { collectWork, noteSeenIndex, summarize, type CheckpointLimits, type Work } from "./collect-work.ts";
import { hashFiles } from "./hash-files.ts";
import { holdAgain } from "./hold-again.ts";
import { addKnownNested, dropFormerNested } from "./known-nested.ts";
import { noteKnownTree, pointOwnHead, readKnownTree } from "./known-tree.ts";
import { hasRawIndex, seedRawIndex } from "./raw-index.ts";
import type { RawWorktree } from "./raw-worktree.ts";
import { noteReturned } from "./gone-files.ts";
import type { Scan } from "./scan-worktree.ts";

/** The limits of a checkpoint's contents, and the number of files from which two gits check them. */
export const CHECKPOINT_LIMITS: CheckpointLimits = { maxUntrackedBytes: 50 * 1024 * 1024, maxUntrackedFiles: 5_000, filesAtOnce: 2_000 };
const WRITE_LIMIT_MS = 300_000;
/**
 * The number of attempts. An agent's background process may change a file between the scan and the hashing, which another scan fixes. If it
 * keeps doing so, the file keeps its last known content from our index; the last attempt works without that index.
 */
const ATTEMPTS = 4;
const NO_COMMIT = "ref: refs/heads/none";

/**
 * Hashes the whole worktree as it is on disk, byte for byte, into the project's object store. The person's index and HEAD are not touched.
 * Our own index is only a cache: if it is broken, or locked by a killed git, it is rebuilt. `scan` is the result of a scan just made.
 */
export async function writeRawTree(
  worktree: RawWorktree,
  limits: Partial<CheckpointLimits> = {},
  scan?: Scan,
): Promise<{ tree: string; leftOut: string[] }> {
  const { gitDir } = worktree.overlay;
  for (let attempt = 1; ; attempt++) {
    try {
      return await clearingOwnLocks([gitDir], () =>
        writeTreeOnce(worktree, { ...CHECKPOINT_LIMITS, ...limits }, { isPatient: attempt === 1, ...(attempt === 1 && { scan }) }),
      );
    } catch (error) {
      const isWorthAnother = error instanceof DomainError && error.fault.kind === "git_failed";
      if (!isWorthAnother || attempt === ATTEMPTS) throw error;
      if (attempt === ATTEMPTS - 1) await forgetIndex(gitDir);
    }
  }
}

async function writeTreeOnce(
  worktree: RawWorktree,
  limits: CheckpointLimits,
  { isPatient, scan }: { isPatient: boolean; scan?: Scan | undefined },
): Promise<{ tree: string; leftOut: string[] }> {
  await requireIndex(worktree);
  const { git, path, overlay, settings } = worktree;
  const own = { overlay, settings, limitMs: WRITE_LIMIT_MS };
  const isSame = (await dropFormerNested(worktree)) === 0;
  const known = await readKnownTree(overlay.gitDir);
  const work = await collectWork(worktree, limits, isSame ? scan : undefined);
  await addKnownNested(
    worktree,
    work.nested.map((each) => each.path),
  );
  const info = toIndexInfo(work, (await git.dirs(path)).objectFormat);
  if (info.length > 0)
    await git.write(path, ["update-index", "--add", "--replace", "-z", "--index-info"], { ...own, stdin: joinNul(info) });
  const unsettled = await hashFiles(worktree, work.write, !isPatient);
  const isKnown = known !== null && info.length === 0 && work.write.length === 0;
  // A partial clone lacks objects of untouched files: do not fetch them.
  const tree = isKnown ? known : (await git.write(path, ["write-tree", "--missing-ok"], own)).text;
  // The scan itself may have stored file times, which makes it a different index of the same tree.
  await noteKnownTree(overlay.gitDir, tree);
  // A file that is ignored but was added is only found again by asking the worktree's own index.
  if (unsettled.length === 0) await noteSeenIndex(overlay.gitDir, work);
  await noteReturned(overlay.gitDir, work.returned);
  return { tree, leftOut: unsettled.length === 0 ? work.leftOut : summarize([...work.leftOut, ...unsettled.map(BytePath.toText)]) };
}

/** Rebuilds our index if there is none. A rebuild that was interrupted is completed. */
async function requireIndex(worktree: RawWorktree): Promise<void> {
  const rebuilding = join(worktree.overlay.gitDir, "rebuilding");
  if (!(await hasRawIndex(worktree.overlay))) {
    await writeFile(rebuilding, "");
    await seedRawIndex(worktree, false);
  }
  const isComplete = await access(rebuilding).then(
    () => false,
    () => true,
  );
  if (isComplete) return;
  await holdAgain(worktree);
  await rm(rebuilding, { force: true });
}

/** Deletes our own index, so that the next scan hashes every file: the index is only a cache and may be broken. */
export async function forgetIndex(overlayDir: string): Promise<void> {
  await pointOwnHead(overlayDir, NO_COMMIT);
  await rm(join(overlayDir, "index"), { force: true });
}

function toIndexInfo({ remove, nested }: Work, objectFormat: string): string[] {
  const none = "0".repeat(objectFormat === "sha1" ? 40 : 64);
  return [
    ...remove.map((path) => `0 ${none}\t${BytePath.toBytes(path)}`),
    ...nested.map(({ path, head }) => `160000 ${head} 0\t${BytePath.toBytes(path)}`),
  ];
}
