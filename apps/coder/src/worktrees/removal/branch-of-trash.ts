import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TrashedWorktree } from "@boocode/shared/trash/trash-entry";
import type { Git } from "../../platform/git/git.ts";

interface OfBranch {
  projectPath: string;
  branch: string;
  was: TrashedWorktree;
}

/** The branch that a restored worktree has. `isMoved`: it is another one than before, because that was taken meanwhile. */
export interface RestoredHead {
  branch: string;
  isMoved: boolean;
}

/** The number of other names that are tried for a branch whose name is taken. */
const MAX_NAMES = 50;
const HEADS = "refs/heads/";

/** Reads the branch's commit and what the worktree's HEAD names. Faults: those of git. */
export async function readHead(
  git: Git,
  { projectPath, branch, gitDir }: { projectPath: string; branch: string; gitDir: string | null },
): Promise<Pick<TrashedWorktree, "tip" | "head">> {
  const tip = await readRef(git, projectPath, `${HEADS}${branch}`);
  const said = gitDir === null ? "" : (await readFile(join(gitDir, "HEAD"), "utf8").catch(() => "")).trim();
  const ref = /^ref: (refs\/.+)$/.exec(said)?.[1] ?? null;
  if (ref !== null) return { tip, head: { ref, oid: await readRef(git, projectPath, ref) } };
  return { tip, head: { ref: null, oid: /^[0-9a-f]{40,64}$/.test(said) ? said : null } };
}

/**
 * W7: removes the branch that BooCode made, if it is still at the recorded commit, nobody has it checked out, and a branch, a remote or a tag
 * has its commits. In any other case it stays.
 *
 * Faults: those of git, if this cannot be determined.
 */
export async function removeBranch(git: Git, { projectPath, branch, was: { tip } }: OfBranch): Promise<void> {
  const ref = `${HEADS}${branch}`;
  if (tip === null || (await readRef(git, projectPath, ref)) !== tip) return;
  const { text: listed } = await git.read(projectPath, ["worktree", "list", "--porcelain"]);
  if (`${listed}\n`.includes(`\nbranch ${ref}\n`)) return;
  const { text } = await git.read(projectPath, [
    "for-each-ref",
    "--format=%(refname)",
    `--contains=${tip}`,
    HEADS,
    "refs/remotes",
    "refs/tags",
  ]);
  if (text.split("\n").every((name) => name === "" || name === ref)) return;
  await git.write(projectPath, ["update-ref", "-d", ref, tip]).catch((error: unknown) => {
    // Somebody has moved it: it is theirs now.
    if (!(error instanceof DomainError) || error.fault.kind !== "ref_moved") throw error;
  });
}

/**
 * Makes the refs again that a restored worktree needs, and returns the text of its HEAD if that must differ from before.
 *
 * The branch comes back at its commit. If somebody has given it another commit, or has it checked out, the worktree gets a branch of another
 * name at its own commit; another ref that has moved leaves HEAD at the commit it had.
 */
export async function restoreHead(git: Git, item: OfBranch): Promise<string | null> {
  const { projectPath, branch, was } = item;
  const own = `${HEADS}${branch}`;
  if (was.tip !== null && was.head.ref !== own) await makeRef(git, projectPath, own, was.tip);
  const { ref, oid } = was.head;
  if (ref === null || oid === null) return null;
  const isFree = !(await isCheckedOut(git, projectPath, ref)) && (await makeRef(git, projectPath, ref, oid));
  if (isFree) return null;
  if (ref !== own) return `${oid}\n`;
  for (let place = 2; place < MAX_NAMES; place++) {
    const name = `${own}-${place}`;
    if (!(await isCheckedOut(git, projectPath, name)) && (await makeRef(git, projectPath, name, oid))) return `ref: ${name}\n`;
  }
  return `${oid}\n`;
}

/** Reads which branch a restored worktree is on. */
export async function readRestoredHead(git: Git, { projectPath, branch, was }: OfBranch, gitDir: string | null): Promise<RestoredHead> {
  const { head } = await readHead(git, { projectPath, branch, gitDir });
  const name = head.ref?.startsWith(HEADS) ? head.ref.slice(HEADS.length) : null;
  const isOther = name !== null && head.ref !== was.head.ref && name.startsWith(`${branch}-`) && /^-\d+$/.test(name.slice(branch.length));
  return isOther ? { branch: name, isMoved: true } : { branch, isMoved: false };
}

/** Makes a ref if it does not exist; returns false if it is at another commit. */
async function makeRef(git: Git, projectPath: string, ref: string, oid: string): Promise<boolean> {
  const found = await readRef(git, projectPath, ref);
  if (found !== null) return found === oid;
  await git.write(projectPath, ["update-ref", "-m", "boocode: restore a session", ref, oid, "0".repeat(oid.length)]);
  return true;
}

async function isCheckedOut(git: Git, projectPath: string, ref: string): Promise<boolean> {
  const { text } = await git.read(projectPath, ["worktree", "list", "--porcelain"]);
  return `${text}\n`.includes(`\nbranch ${ref}\n`);
}

async function readRef(git: Git, projectPath: string, ref: string): Promise<string | null> {
  const { exitCode, text } = await git.read(projectPath, ["rev-parse", "--verify", "--quiet", "--end-of-options", ref], {
    exitCodes: [0, 1],
  });
  return exitCode === 0 ? text : null;
}
