import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitOverlay } from "../../src/platform/git/git-environment.ts";
import { joinNul } from "../../src/platform/git/git-output.ts";
import type { Git } from "../../src/platform/git/git.ts";

/** Where a command of {@link COMMANDS} is run. */
export interface Ground {
  git: Git;
  path: string;
  head: string;
  tree: string;
  overlay: GitOverlay;
  /** Empty, and this command's alone. */
  folder: string;
}

/** One way in which the daemon uses git: the subcommand first, with what distinguishes it. */
export interface Command {
  name: string;
  run(ground: Ground): Promise<unknown>;
}

const read = (...argv: string[]): Command => ({ name: argv.join(" "), run: ({ git, path }) => git.read(path, argv) });
/** Some look at what may not be there. */
const ask = (...argv: string[]): Command => ({
  name: argv.join(" "),
  run: ({ git, path }) => git.read(path, argv, { exitCodes: [0, 1, 128] }),
});
const readRaw = (...argv: string[]): Command => ({
  name: `${argv.join(" ")}, raw`,
  run: ({ git, path, overlay }) => git.read(path, argv, { overlay }),
});
const write = (...argv: string[]): Command => ({ name: argv.join(" "), run: ({ git, path }) => git.write(path, argv) });
/** Makes two commits that change the same files in different ways, so that comparing and merging them has work to do. */
async function diverge({ git, path, head }: Ground): Promise<[string, string]> {
  const commit = async (text: string) => {
    const { text: blob } = await git.write(path, ["hash-object", "-w", "--no-filters", "--stdin"], { stdin: `${text}\n` });
    const entries = ["a.txt", "b.md"].map((name) => `100644 blob ${blob}\t${name}\n`).join("");
    const { text: tree } = await git.write(path, ["mktree"], { stdin: entries });
    return (await git.write(path, ["commit-tree", tree, "-p", head, "-m", text])).text;
  };
  return [await commit("ours"), await commit("theirs")];
}
const OVERLAID = { stdin: joinNul(["a.txt", "b.md"]) };

/** Everything that the daemon does with git, each at least once; a test compares it with the code. */
export const COMMANDS: readonly Command[] = [
  read("rev-parse", "--show-toplevel"),
  read("rev-parse", "--path-format=absolute", "--show-toplevel", "--git-dir", "--git-common-dir"),
  read("rev-parse", "--verify", "--quiet", "--end-of-options", "main^{commit}"),
  read("rev-parse", "--show-object-format"),
  ask("rev-list", "--count", "--max-count=1000", "refs/heads/main", "--not", "--exclude=main", "--branches", "--remotes"),
  ask("symbolic-ref", "--quiet", "HEAD"),
  ask("show-ref", "--verify", "--quiet", "refs/heads/main"),
  read("for-each-ref", "--ignore-case", "--format=%(refname)", "refs/heads/boocode", "refs/heads/boocode-*", "refs/heads/boocode-*/**"),
  ask("config", "-z", "--get-regexp", "^user\\."),
  read("for-each-ref", "--format=%(objectname) %(tree)", "refs/heads"),
  read("worktree", "list", "--porcelain"),
  read("remote", "-v"),
  ask(
    "grep",
    "-z",
    "-n",
    "--column",
    "-I",
    "--no-color",
    "--full-name",
    "--no-textconv",
    "--untracked",
    "--no-recurse-submodules",
    "-e",
    "a",
  ),
  read("status", "--porcelain=v2", "-z", "--untracked-files=all"),
  readRaw("status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty"),
  read("diff"),
  read("diff", "HEAD"),
  read("diff-files", "-z", "--raw", "--ignore-submodules=dirty"),
  read("diff-index", "-z", "--raw", "HEAD"),
  read("ls-files", "-s", "-v", "-z"),
  read("ls-files", "-z", "--others", "--exclude-standard"),
  read("ls-files", "-z", "--cached", "--ignored", "--exclude-standard"),
  read("log", "-z", "--first-parent", "--raw", "--no-abbrev", "-M", "--format=%H"),
  read("log", "-p", "-1"),
  read("show", "HEAD"),
  {
    name: "diff-tree",
    run: ({ git, path, head, tree }) => git.read(path, ["diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--root", head, tree]),
  },
  { name: "cat-file blob", run: ({ git, path }) => git.read(path, ["cat-file", "blob", "HEAD:a.txt"]) },
  { name: "cat-file -s, of what may be missing", run: ({ git, path }) => git.read(path, ["cat-file", "-s", "HEAD:lazy.txt"]) },
  { name: "check-attr", run: ({ git, path }) => git.read(path, ["check-attr", "-z", "--stdin", "filter", "ident"], OVERLAID) },
  write("add", "--", "a.txt", "b.md"),
  {
    name: "update-index --really-refresh",
    run: ({ git, path }) => git.write(path, ["update-index", "-q", "--really-refresh"], { exitCodes: [0, 1] }),
  },
  write("write-tree"),
  write("read-tree", "--reset", "HEAD"),
  write("reset", "--hard", "--quiet", "--no-recurse-submodules"),
  write("checkout", "--quiet", "--", "a.txt"),
  write("checkout-index", "--all", "--force"),
  write("commit", "--quiet", "--no-verify", "--allow-empty", "--message", "Ours"),
  {
    name: "commit-tree",
    run: ({ git, path, head, tree }) => git.write(path, ["commit-tree", tree, "-p", head, "-F", "-"], { stdin: "A checkpoint\n" }),
  },
  { name: "hash-object", run: ({ git, path }) => git.write(path, ["hash-object", "-w", "-t", "blob", "--stdin"], { stdin: "text" }) },
  { name: "update-ref", run: ({ git, path, head }) => git.write(path, ["update-ref", "-m", "ours", "refs/boocode/test", head]) },
  {
    name: "branch -m",
    run: async ({ git, path, head }) => {
      await git.write(path, ["update-ref", "refs/heads/boocode-was", head]);
      await git.write(path, ["branch", "-m", "--", "boocode-was", "boocode-is"]);
      await git.write(path, ["update-ref", "-d", "refs/heads/boocode-is"]);
    },
  },
  { name: "update-ref -d", run: ({ git, path }) => git.write(path, ["update-ref", "-d", "refs/boocode/test"]) },
  {
    name: "worktree add, fill, unlock and remove",
    async run({ git, path, folder, head }) {
      const place = join(folder, "tree");
      await git.write(path, ["worktree", "add", "--no-checkout", "--lock", "--reason", "ours", "--detach", place, head]);
      await git.write(place, ["reset", "--hard", "--quiet", "--no-recurse-submodules"]);
      await git.write(path, ["worktree", "unlock", place]);
      await git.write(path, ["worktree", "remove", "--force", place]);
    },
  },
  {
    name: "merge-base",
    run: async (ground) => ground.git.read(ground.path, ["merge-base", ...(await diverge(ground))]),
  },
  {
    name: "rev-list --cherry-pick",
    run: async (ground) =>
      ground.git.read(ground.path, ["rev-list", (await diverge(ground)).join("..."), "--right-only", "--cherry-pick", "--"]),
  },
  {
    name: "merge-tree --write-tree",
    run: async (ground) =>
      ground.git.write(ground.path, ["merge-tree", "--write-tree", "--no-messages", ...(await diverge(ground))], { exitCodes: [0, 1] }),
  },
  ask("log", "--walk-reflogs", "-z", "--format=%gs", "refs/stash", "--"),
  read("status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--ignored=matching", "--no-renames"),
  { name: "init", run: ({ git, folder }) => git.init(folder) },
  readRaw("ls-files", "-z", "--others", "--exclude-standard"),
  readRaw("diff-files", "-z", "--raw", "--ignore-submodules=dirty"),
  {
    name: "update-index, raw",
    run: ({ git, path, overlay }) => git.write(path, ["update-index", "--add", "--remove", "-z", "--stdin"], { ...OVERLAID, overlay }),
  },
  { name: "write-tree, raw", run: ({ git, path, overlay }) => git.write(path, ["write-tree", "--missing-ok"], { overlay }) },
  {
    name: "ls-tree, raw",
    run: ({ git, overlay, tree }) => git.read(overlay.gitDir, ["ls-tree", "-z", "--full-tree", tree], { overlay }),
  },
  {
    name: "mktree, raw",
    run: ({ git, overlay, tree }) =>
      git.write(overlay.gitDir, ["mktree", "--batch", "--missing", "-z"], { overlay, stdin: `040000 tree ${tree}\tbase\0\0` }),
  },
  {
    name: "cat-file --batch, raw",
    run: ({ git, overlay, tree }) => git.read(overlay.gitDir, ["cat-file", "--batch"], { overlay, stdin: `${tree}\n` }),
  },
  {
    name: "hash-object --stdin-paths, raw",
    run: async ({ git, overlay, folder }) => {
      await writeFile(join(folder, "a.txt"), "a\n");
      await git.write(overlay.gitDir, ["hash-object", "-w", "--no-filters", "--stdin-paths"], {
        overlay,
        stdin: `${join(folder, "a.txt")}\n`,
      });
    },
  },
  {
    name: "merge-file, raw",
    run: async ({ git, overlay, folder }) => {
      const files = ["a.txt", "base.txt", "b.txt"].map((name) => join(folder, name));
      for (const file of files) await writeFile(file, "1\n");
      await git.read(overlay.gitDir, ["merge-file", "--quiet", ...files], { overlay });
    },
  },
  write("checkout", "--quiet", "--detach", "HEAD"),
  {
    name: "pack-objects",
    run: ({ git, path, head }) =>
      git.read(path, ["pack-objects", "--quiet", "--stdout", "--revs", "--delta-base-offset"], { stdin: `${head}\n`, exitCodes: [0, 128] }),
  },
  {
    name: "index-pack",
    run: async ({ git, path, head }) => {
      const { stdout } = await git.read(path, ["pack-objects", "--quiet", "--stdout"], { stdin: `${head}\n` });
      await git.write(path, ["index-pack", "--stdin", "--fix-thin"], { stdin: stdout });
    },
  },
  {
    name: "diff of two trees, raw",
    run: ({ git, overlay, tree }) => git.read(overlay.gitDir, ["diff", "--full-index", tree, tree], { overlay }),
  },
];
