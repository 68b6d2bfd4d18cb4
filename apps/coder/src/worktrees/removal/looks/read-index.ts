import { join } from "node:path";
import { BytePath } from "../../../platform/git/byte-path.ts";
import { splitNulBytes } from "../../../platform/git/git-output.ts";
import type { Git } from "../../../platform/git/git.ts";
import { readPlainIndex } from "../../checkpoints/read-plain-index.ts";
import type { Limit } from "./limit.ts";

/** A file of the index that git was told not to look at. */
export interface HiddenFile {
  path: BytePath;
  mode: string;
  oid: string;
  /** Left out by a sparse checkout: it need not be there. */
  mayBeAbsent: boolean;
}

/** What `git status` does not say about a worktree's own index. */
export interface IndexLook {
  /** Paths that the index records as other repositories. */
  submodules: BytePath[];
  hidden: HiddenFile[];
}

const NONE = "\0";

/** Reads a worktree's own index. Starts no git if it is a plain one. */
export async function readIndex(git: Git, path: string, gitDir: string, limit: Limit): Promise<IndexLook> {
  const plain = await readPlainIndex(join(gitDir, "index"), NONE);
  if (plain !== null) return { submodules: plain.nested, hidden: [] };
  const { stdout } = await git.read(path, ["ls-files", "-s", "-v", "-z"], { limitMs: limit.leftMs, maxOutputBytes: 256 * 1024 * 1024 });
  const look: IndexLook = { submodules: [], hidden: [] };
  for (const field of splitNulBytes(stdout)) {
    const tab = field.indexOf("\t");
    const [tag = "", mode = "", oid = ""] = field.slice(0, tab).split(" ");
    const name = BytePath.of(field.slice(tab + 1));
    if (mode === "160000") look.submodules.push(name);
    // A small letter: assumed to be unchanged. An S: left out by a sparse checkout.
    else if (/^[a-z]|S/.test(tag)) look.hidden.push({ path: name, mode, oid, mayBeAbsent: /^s$/i.test(tag) });
  }
  return look;
}
