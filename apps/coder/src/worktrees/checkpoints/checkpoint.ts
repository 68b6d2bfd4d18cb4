import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../platform/git/byte-path.ts";
import { joinNul } from "../../platform/git/git-output.ts";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { clearingOwnLocks } from "./clear-own-lock.ts";
import { collectWork, noteSeenIndex, summarize, type CheckpointLimits, type Work } from "./collect-work.ts";
import { hashFiles } from "./hash-files.ts";
import { addKnownNested, dropFormerNested } from "./known-nested.ts";
import { noteKnownTree, pointOwnHead, readKnownTree } from "./known-tree.ts";
import { hasRawIndex, seedRawIndex } from "./raw-index.ts";
import type { RawWorktree } from "./raw-worktree.ts";
import type { Scan } from "./scan-worktree.ts";

/** What a checkpoint holds, and from how many files on two gits look at them. */
export const CHECKPOINT_LIMITS: CheckpointLimits = { maxUntrackedBytes: 50 * 1024 * 1024, maxUntrackedFiles: 5_000, filesAtOnce: 2_000 };
const WRITE_LIMIT_MS = 300_000;
/**
 * An agent's background process may change a file between the look and the hashing, which another look mends. Where it does so over and
 * over, the file is left out, as our index still knows what was held of it; the last attempt goes without that index.
 */
const ATTEMPTS = 4;
const NO_COMMIT = "ref: refs/heads/none";

/**
 * Hashes the whole worktree as it lies on disk, byte for byte, into the project's objects. The person's index and HEAD stay as they are.
 * Our own index is no more than a short cut: where it is broken or locked by a git that was killed, it is made anew. `scan`: what a look
 * has just found.
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
  if (!(await hasRawIndex(worktree.overlay))) await seedRawIndex(worktree, false);
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
  // A partial clone lacks objects of files nobody touched: they are not asked for.
  const tree = isKnown ? known : (await git.write(path, ["write-tree", "--missing-ok"], own)).text;
  // The look itself may have written down when files were changed, which is another index of the same tree.
  await noteKnownTree(overlay.gitDir, tree);
  // One that is ignored and was added is seen again only where the worktree's own index is asked again.
  if (unsettled.length === 0) await noteSeenIndex(overlay.gitDir, work);
  return { tree, leftOut: unsettled.length === 0 ? work.leftOut : summarize([...work.leftOut, ...unsettled.map(BytePath.toText)]) };
}

/** Lets go of our own index, so that the next look hashes every file: it is no more than a short cut, and may be broken. */
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
