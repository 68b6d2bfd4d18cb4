import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { RawWorktree } from "../checkpoints/raw-worktree.ts";
import { CHECKOUT_LIMIT_MS } from "../making/make-worktree.ts";
import { readTrashRefs } from "./pin-work.ts";
import { lookAt, toTrashFolders } from "./trash-folders.ts";
import type { TrashedItem } from "./worktree-trash.ts";

/**
 * Makes what the trash has no more from the pinned commits: the folder with every file of the last checkpoint, byte for byte, and git's
 * directory about it with the index and HEAD. Returns the identity of the folder. Run again after a crash, it ends in the same state.
 *
 * Faults: `trash_not_restorable` if the commits are gone too; those of git.
 */
export async function refillTrash(raw: RawWorktree, item: TrashedItem & { commonDir: string; lockReason: string }): Promise<string> {
  const folders = toTrashFolders(item.was.path, item.trashId);
  const refs = await readTrashRefs(raw, item.projectPath, item.trashId);
  if ((await lookAt(folders.gitCopy)) === null) await refillGitDir(raw, item, refs.get("index") ?? null, folders.gitCopy);
  if ((await lookAt(folders.worktree)) === null) await refillFolder(raw, item, refs.get("work") ?? null, folders.worktree);
  const made = await lookAt(folders.worktree);
  return made?.inode ?? item.was.inode;
}

async function refillFolder(
  raw: RawWorktree,
  item: TrashedItem & { commonDir: string },
  work: string | null,
  target: string,
): Promise<void> {
  const { git, overlay, settings } = raw;
  const { trashId, was } = item;
  if (work === null) {
    const reason = "Its folder is no longer in the trash, and its commits are not there either.";
    throw new DomainError({ kind: "trash_not_restorable", trashId, reason });
  }
  const [part, indexFile] = [`${target}.part`, join(overlay.gitDir, `index.${trashId}`)];
  await rm(part, { recursive: true, force: true });
  await rm(indexFile, { force: true });
  await rm(`${indexFile}.lock`, { force: true });
  await mkdir(part, { recursive: true, mode: 0o700 });
  const own = { overlay: { ...overlay, workTree: part, indexFile }, settings, limitMs: CHECKOUT_LIMIT_MS };
  await git.write(part, ["read-tree", `${work}^{tree}`], own);
  await git.write(part, ["checkout-index", "--all"], own);
  await rm(indexFile, { force: true });
  const name = was.gitDirName;
  if (name !== null) await writeFile(join(part, ".git"), `gitdir: ${join(item.commonDir, "worktrees", name)}\n`);
  await rename(part, target);
}

async function refillGitDir(
  { git, overlay }: RawWorktree,
  { trashId, projectPath, was, lockReason }: TrashedItem & { lockReason: string },
  index: string | null,
  target: string,
): Promise<void> {
  const part = `${target}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const { ref, oid } = was.head;
  await writeFile(join(part, "HEAD"), ref === null ? `${oid ?? was.tip ?? ""}\n` : `ref: ${ref}\n`);
  await writeFile(join(part, "commondir"), "../..\n");
  await writeFile(join(part, "gitdir"), `${join(was.path, ".git")}\n`);
  await writeFile(join(part, "locked"), `${lockReason}\n`);
  if (index !== null) {
    const indexFile = join(overlay.gitDir, `index.${trashId}`);
    await rm(indexFile, { force: true });
    await git.write(projectPath, ["read-tree", index], { overlay: { ...overlay, indexFile }, limitMs: CHECKOUT_LIMIT_MS });
    // The data directory may be on another file system.
    await copyFile(indexFile, join(part, "index"));
    await rm(indexFile, { force: true });
  }
  await rename(part, target);
}
