import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TrashId } from "@boocode/shared/ids";
import { decideAwayStep, decideBackStep, type TrashBlock, type TrashSeen } from "@boocode/shared/trash/decide-trash-step";
import type { TrashedWorktree } from "@boocode/shared/trash/trash-entry";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../../platform/git/git.ts";
import { findGitDir } from "../making/set-aside.ts";
import { lookAtWorktree, readGitLink } from "../watch/look-at-worktree.ts";
import { readRestoredHead, readHead, removeBranch, restoreHead, type RestoredHead } from "./branch-of-trash.ts";
import {
  copyFile,
  copyFolderWhole,
  dropCopy,
  isRepositoryThere,
  lookAt,
  moveFolder,
  toRefusal,
  toTrashFolders,
  type TrashFolders,
} from "./trash-folders.ts";

export interface WorktreeTrashDeps {
  git: Git;
  /** Called after each step, so that a test can crash there. */
  failpoint?: ((name: string) => void | Promise<void>) | undefined;
}

/** A worktree on its way into the trash or back. */
export interface TrashedItem {
  trashId: TrashId;
  /** The project's checkout. */
  projectPath: string;
  branch: string;
  /** True if the branch is the person's, and so stays. */
  keepsBranch: boolean;
  was: TrashedWorktree;
}

/** A step follows from what is there, so this many is more than any sequence of them. */
const MAX_STEPS = 20;

/**
 * Moves worktrees into the trash and back. Each step looks at what is there and does what is missing, so after a crash at any point either
 * direction can be taken, as often as it takes. The caller holds the locks of the project and the worktree.
 *
 * A move is a rename: every byte, mode, link, empty folder and time stays as it is. Git is told to forget exactly this worktree, never to
 * prune, because that would also drop a person's own worktrees on a disk that is not mounted.
 */
export class WorktreeTrash {
  readonly #deps: WorktreeTrashDeps;

  constructor(deps: WorktreeTrashDeps) {
    this.#deps = deps;
  }

  /** Reads what a worktree is like before anything is moved. Faults: those of git. */
  async describe(projectPath: string, worktree: Pick<Worktree, "path" | "branch" | "inode" | "state">): Promise<TrashedWorktree> {
    const { path, branch } = worktree;
    const commonDir = await this.#findRepository(projectPath);
    const gitDir = commonDir === null ? null : await findGitDir(commonDir, path);
    const look = await lookAtWorktree(path);
    // A worktree that a crash left half-made has no identity yet; its link to the repository says that it is ours.
    const isSame = look.kind === "folder" && (worktree.state === "creating" || look.inode === worktree.inode);
    const isOurs = isSame && (look.head !== null || commonDir === null);
    const state = look.kind === "absent" ? "missing" : isOurs ? "live" : "replaced";
    const { tip, head } =
      commonDir === null ? { tip: null, head: { ref: null, oid: null } } : await readHead(this.#deps.git, { projectPath, branch, gitDir });
    const inode = look.kind === "folder" ? look.inode : worktree.inode;
    return { path, state, inode, gitDirName: gitDir === null ? null : basename(gitDir), tip, head, isPinned: false };
  }

  /**
   * Moves the worktree into the trash, takes it off git's registry, and removes its branch if its commit is reachable from elsewhere. What
   * it needs to come back must be pinned already. Returns whether its folder is in the trash.
   *
   * Faults: `delete_refused`, those of git. What was moved by then stays where it is: bring it back.
   */
  async moveAway(item: TrashedItem): Promise<boolean> {
    for (let taken = 0; taken < MAX_STEPS; taken++) {
      const place = await this.#look(item);
      const decision = decideAwayStep(place.seen, item.was);
      if (decision.kind === "done") break;
      await this.#stepAway(decision.step, item, place).catch((error: unknown) => {
        throw toRefusal(error, item.was.path);
      });
      await this.#passed(`delete.${decision.step}`);
    }
    const place = await this.#look(item);
    if (place.commonDir !== null && !item.keepsBranch) await removeBranch(this.#deps.git, item);
    await this.#passed("delete.branch");
    return place.seen.isInTrash;
  }

  /**
   * Brings the worktree back as it was: folder, git's registration with index, HEAD, operations in progress and lock, and the branch. If
   * its branch has moved on meanwhile, it comes back on a branch of another name. `fill`: makes the folder anew in the trash, where it may.
   *
   * Faults: `trash_not_restorable`, `delete_refused`, those of git. Nothing is lost then, and it can be tried again.
   */
  async bringBack(item: TrashedItem, fill: ((target: string) => Promise<string>) | null = null): Promise<RestoredHead> {
    let was = item.was;
    for (let taken = 0; taken < MAX_STEPS; taken++) {
      const now = { ...item, was };
      const place = await this.#look(now);
      const decision = decideBackStep(place.seen, was, fill !== null);
      if (decision.kind === "done") break;
      if (decision.kind === "blocked") throw blocked(now, decision.because);
      if (decision.step === "fill" && fill) was = { ...was, inode: await fill(place.folders.worktree) };
      else {
        await this.#stepBack(decision.step, now, place).catch((error: unknown) => {
          throw toRefusal(error, was.path);
        });
      }
      await this.#passed(`restore.${decision.step}`);
    }
    const { gitDir, commonDir } = await this.#look({ ...item, was });
    return commonDir === null ? { branch: item.branch, isMoved: false } : readRestoredHead(this.#deps.git, item, gitDir);
  }

  async #stepAway(step: "copy" | "unlock" | "move" | "unregister", item: TrashedItem, { folders, gitDir }: Place): Promise<void> {
    const { git } = this.#deps;
    const { projectPath, was } = item;
    if (step === "copy") return copyFolderWhole(gitDir!, folders.gitCopy);
    if (step === "unlock") return void (await git.write(projectPath, ["worktree", "unlock", was.path], { exitCodes: [0, 128] }));
    if (step === "unregister") return void (await git.write(projectPath, ["worktree", "remove", "--force", was.path]));
    await moveFolder(was.path, folders.worktree);
    // Something else may have taken its place between the look and the rename.
    if ((await lookAt(folders.worktree))?.inode === was.inode) return;
    await moveFolder(folders.worktree, was.path);
    throw refuse(item, "Something else took its place while it was being deleted.");
  }

  async #stepBack(step: "fill" | "move" | "register" | "lock" | "drop_copy", item: TrashedItem, place: Place): Promise<void> {
    const { folders, gitDir, commonDir } = place;
    if (step === "move") return moveFolder(folders.worktree, item.was.path);
    if (step === "register") return this.#register(item, folders, commonDir!);
    if (step === "lock") return copyFile(join(folders.gitCopy, "locked"), join(gitDir!, "locked"));
    if (step === "drop_copy") return dropCopy(folders);
  }

  /** Puts git's directory about the worktree back, in one rename, with a HEAD that names what it named before. */
  async #register(item: TrashedItem, folders: TrashFolders, commonDir: string): Promise<void> {
    const name = item.was.gitDirName ?? basename(item.was.path);
    const target = join(commonDir, "worktrees", name);
    if ((await lookAt(target)) !== null) throw notRestorable(item, `Git has another worktree named ${name} by now.`);
    const head = await restoreHead(this.#deps.git, item);
    const ready = join(commonDir, `boocode-restore-${item.trashId}`);
    await copyFolderWhole(folders.gitCopy, ready);
    if (head !== null) await writeFile(join(ready, "HEAD"), head);
    // As git makes it: the last worktree that goes takes this folder along.
    await mkdir(dirname(target), { recursive: true });
    await moveFolder(ready, target);
    await rm(`${ready}.part`, { recursive: true, force: true });
  }

  async #look({ trashId, projectPath, was }: TrashedItem): Promise<Place> {
    const folders = toTrashFolders(was.path, trashId);
    const commonDir = await this.#findRepository(projectPath);
    const gitDir = commonDir === null ? null : await findGitDir(commonDir, was.path);
    const [here, away, copy] = await Promise.all([lookAt(was.path), lookAt(folders.worktree), lookAt(folders.gitCopy)]);
    const hasCopy = copy?.isFolder === true;
    const isOurs = here?.isFolder === true && here.inode === was.inode && (await isLinked(was));
    const isLocked = gitDir !== null && (await lookAt(join(gitDir, "locked"))) !== null;
    const isCopyLocked = hasCopy && (await lookAt(join(folders.gitCopy, "locked"))) !== null;
    const seen: TrashSeen = {
      home: here === null ? "none" : isOurs ? "ours" : "other",
      isInTrash: away?.isFolder === true,
      hasCopy,
      isRegistered: commonDir === null ? null : gitDir !== null,
      lock: isLocked ? "here" : isCopyLocked ? "only_in_copy" : "none",
    };
    return { seen, folders, gitDir, commonDir };
  }

  /** Returns the repository's common git directory; null if it is gone. Faults: those of git, if that cannot be told. */
  async #findRepository(projectPath: string): Promise<string | null> {
    return (await isRepositoryThere(projectPath)) ? (await this.#deps.git.dirs(projectPath)).commonDir : null;
  }

  async #passed(name: string): Promise<void> {
    await this.#deps.failpoint?.(name);
  }
}

interface Place {
  seen: TrashSeen;
  folders: TrashFolders;
  gitDir: string | null;
  commonDir: string | null;
}

/** Whether the folder's link still names git's directory about it, whether or not that is there. */
async function isLinked({ path, gitDirName }: TrashedWorktree): Promise<boolean> {
  if (gitDirName === null) return true;
  const link = await readGitLink(path);
  return link !== null && basename(link) === gitDirName && basename(dirname(link)) === "worktrees";
}

const refuse = ({ was }: TrashedItem, reason: string) => new DomainError({ kind: "delete_refused", path: was.path, reason });
const notRestorable = ({ trashId }: TrashedItem, reason: string) => new DomainError({ kind: "trash_not_restorable", trashId, reason });

function blocked(item: TrashedItem, because: TrashBlock): DomainError {
  return notRestorable(item, REASONS[because](item));
}

const REASONS: Record<TrashBlock, (item: TrashedItem) => string> = {
  path_taken: ({ was }) => `Something else is at ${was.path} now. Move it away first.`,
  folder_gone: () => "Its folder is no longer in the trash, and its commits are not there either.",
  repository_gone: ({ projectPath }) => `There is no repository at ${projectPath} now.`,
};
