import type { RawWorktree } from "../../worktrees/checkpoints/raw-worktree.ts";
import { DiskReader } from "../edits/files/disk-reader.ts";

/** Opens one look at the files of a worktree, as its repository's settings say they are to be read. */
export async function openDiskReader({ git, path, settings }: RawWorktree): Promise<DiskReader> {
  const said = new Map(settings);
  const { objectFormat } = await git.dirs(path);
  return new DiskReader({
    git,
    root: path,
    objectFormat,
    hasModes: said.get("core.filemode") !== "false",
    ignoresCase: said.get("core.ignorecase") === "true",
  });
}
