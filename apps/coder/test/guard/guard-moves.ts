import { existsSync } from "node:fs";
import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFiles } from "@boocode/testkit/repo-builder";
import fc from "fast-check";
import { askGit, type GuardCase } from "../../src/worktrees/removal/guard-fixture.ts";

type Move = (at: GuardCase, nth: number) => Promise<unknown>;

const write = (root: string, name: string, text: string) => writeFiles(root, { [name]: text });
const both = async ({ project, path }: GuardCase, work: (root: string) => Promise<unknown>) => {
  for (const root of [project, path]) await work(root);
};

/** What can have happened to a worktree and its repository. A move that git refuses has not happened. */
export const MOVES = {
  // Files
  edit: ({ path }, nth) => write(path, "a.txt", `edited ${nth}\n`),
  editDeep: ({ path }, nth) => write(path, "dir/b.txt", `edited ${nth}\n`),
  sameSize: ({ path }) => write(path, "a.txt", "eno\n"),
  removeTracked: ({ path }) => rm(join(path, "gone.txt")),
  makeExecutable: ({ path }) => chmod(join(path, "a.txt"), 0o755),
  replaceWithLink: async ({ path }) => {
    await rm(join(path, "a.txt"));
    await symlink("dir/b.txt", join(path, "a.txt"));
  },
  untracked: ({ path }, nth) => write(path, `new-${nth}.txt`, "new\n"),
  untrackedDeep: ({ path }, nth) => write(path, `fresh/deep/new-${nth}.txt`, "new\n"),
  oddName: ({ path }) => write(path, 'odd "näme"\twith\nbreaks', "odd\n"),
  emptyFolder: ({ path }) => mkdir(join(path, "empty"), { recursive: true }),
  untrackedLink: ({ path }) => symlink("nowhere", join(path, "dangling")),
  ignoredKeys: ({ path }) => writeFiles(path, { ".env": "KEY=1\n", "build/certs/dev.pem": "pem\n" }),
  ignoredRemade: ({ path }) => writeFiles(path, { "build/out.o": "o\n", "x.log": "log\n", "node_modules/x/key.pem": "pem\n" }),
  hideEdit: async ({ path }, nth) => {
    await askGit(path, "update-index", "--assume-unchanged", "dir/b.txt");
    await write(path, "dir/b.txt", `hidden ${nth}\n`);
  },
  hideStaged: async (at, nth) => {
    await write(at.path, "dir/b.txt", `staged ${nth}\n`);
    await askGit(at.path, "add", "dir/b.txt");
    await askGit(at.path, "update-index", "--assume-unchanged", "dir/b.txt");
    await both(at, (root) => write(root, "dir/b.txt", `applied ${nth}\n`));
  },
  hideNothing: ({ path }) => askGit(path, "update-index", "--skip-worktree", "gone.txt"),
  hideUntracked: ({ path }) => askGit(path, "config", "status.showUntrackedFiles", "no"),
  applied: (at, nth) =>
    both(at, (root) => writeFiles(root, { "a.txt": `applied ${nth}\n`, "applied.txt": "applied\n", ".env": "KEY=2\n" })),
  appliedRemoval: (at) => both(at, (root) => rm(join(root, "gone.txt"), { force: true })),
  appliedInMode: async (at) => {
    await both(at, (root) => write(root, "run.sh", "run\n"));
    await chmod(join(at.path, "run.sh"), 0o755);
  },
  // The index
  stage: ({ path }) => askGit(path, "add", "--all"),
  stageAndEdit: async ({ path }, nth) => {
    await write(path, "a.txt", `staged ${nth}\n`);
    await askGit(path, "add", "a.txt");
    await write(path, "a.txt", "one\n");
  },
  untrack: ({ path }) => askGit(path, "rm", "--quiet", "--cached", "gone.txt"),
  // Commits
  commit: async ({ path }, nth) => {
    await write(path, `own-${nth}.txt`, `own ${nth}\n`);
    await commitAll(path, `Own ${nth}`);
  },
  takeBack: async ({ path }, nth) => {
    await write(path, `own-${nth}.txt`, `own ${nth}\n`);
    await commitAll(path, `Own ${nth}`);
    await askGit(path, "revert", "--no-edit", "HEAD");
  },
  commitOnMain: async ({ project }, nth) => {
    await write(project, `main-${nth}.txt`, `main ${nth}\n`);
    await askGit(project, "add", `main-${nth}.txt`);
    await askGit(project, "commit", "--quiet", "--message", `Main ${nth}`);
  },
  merge: ({ project, branch }) => askGit(project, "merge", "--quiet", "--no-ff", "--no-edit", branch),
  squash: async ({ project, branch }) => {
    await askGit(project, "merge", "--squash", "--quiet", branch);
    await askGit(project, "commit", "--quiet", "--message", "All as one");
  },
  cherryPick: ({ project, branch }) => askGit(project, "cherry-pick", branch),
  updateFromMain: ({ path }) => askGit(path, "merge", "--quiet", "--no-ff", "--no-edit", "main"),
  rebaseOnMain: ({ path }) => askGit(path, "rebase", "--quiet", "main"),
  detach: ({ path }) => askGit(path, "checkout", "--quiet", "--detach"),
  switchBranch: ({ path }) => askGit(path, "checkout", "--quiet", "-b", "other", "main"),
  orphan: ({ path }) => askGit(path, "checkout", "--quiet", "--orphan", "fresh"),
  tag: ({ path }, nth) => askGit(path, "tag", `v${nth}`),
  push: async ({ path, root, branch }) => {
    await ensureRemote(path, root);
    await askGit(path, "push", "--quiet", "--set-upstream", "origin", branch);
  },
  pushMain: async ({ project, path, root }) => {
    await ensureRemote(path, root);
    await askGit(project, "push", "--quiet", "origin", "main");
    await askGit(project, "remote", "set-head", "origin", "main");
  },
  dropBranch: ({ project, branch }) => askGit(project, "update-ref", "-d", `refs/heads/${branch}`),
  // In the middle of something
  mergeConflict: async ({ project, path }, nth) => {
    await diverge(project, path, nth);
    await attempt(askGit(path, "merge", "main"));
  },
  rebaseConflict: async ({ project, path }, nth) => {
    await diverge(project, path, nth);
    await attempt(askGit(path, "rebase", "main"));
  },
  bisect: ({ path }) => askGit(path, "bisect", "start"),
  // Others
  ownStash: async ({ path }, nth) => {
    await write(path, "a.txt", `stashed ${nth}\n`);
    await askGit(path, "stash");
  },
  othersStash: async ({ project }, nth) => {
    await write(project, "a.txt", `stashed ${nth}\n`);
    await askGit(project, "stash");
  },
  nested: ({ path }) => nestRepository(join(path, "inner")),
  nestedIgnored: ({ path }) => nestRepository(join(path, "vendor/deep/inner")),
  nestedAmongTracked: ({ path }) => nestRepository(join(path, "dir")),
  submodule: addSubmodule,
  submoduleDirty: async (at) => {
    await addSubmodule(at);
    await write(at.path, "sub/inner.txt", "edited\n");
  },
  submoduleAhead: async (at) => {
    await addSubmodule(at);
    await commitAll(join(at.path, "sub"), "Only here");
    await askGit(at.path, "update-index", "--cacheinfo", `160000,${(await askGit(join(at.path, "sub"), "rev-parse", "HEAD^")).trim()},sub`);
  },
  lock: ({ project, path }) => askGit(project, "worktree", "lock", path),
  damageIndex: async ({ project }) => writeFile(join(project, ".git/worktrees/worktree/index"), "nonsense"),
  cutHead: async ({ project }) => writeFile(join(project, ".git/worktrees/worktree/HEAD"), ""),
  missing: ({ path }) => rename(path, `${path}-moved`),
  replaced: async ({ path }) => {
    await rename(path, `${path}-moved`);
    await mkdir(path);
    await writeFile(join(path, ".git"), await readFile(`${path}-moved/.git`));
  },
  excludeMore: async ({ project }) => {
    await mkdir(join(project, ".git/info"), { recursive: true });
    await appendFile(join(project, ".git/info/exclude"), "*.o\n");
  },
  newObject: ({ path }) => write(path, "loose.o", "o\n"),
} satisfies Record<string, Move>;
export type MoveName = keyof typeof MOVES;

/** How the guard is kept from looking: not at all, by a git command that fails, or because it has no time. */
export type Inspection = { kind: "works" } | { kind: "fails"; command: string } | { kind: "times_out" };

export interface GuardPlan {
  moves: MoveName[];
  /** Whether a program of the person's runs in the worktree. */
  isOccupied: boolean;
  inspection: Inspection;
}

const names = Object.keys(MOVES) as MoveName[];
/** Moves that lose nothing by themselves: without more of them, hardly any worktree would be safe. */
const HARMLESS: readonly MoveName[] = [
  "emptyFolder",
  "ignoredRemade",
  "hideNothing",
  "hideUntracked",
  "applied",
  "appliedRemoval",
  "commitOnMain",
  "merge",
  "squash",
  "othersStash",
  "lock",
  "tag",
  "pushMain",
  "excludeMore",
  "detach",
];
const works: Inspection = { kind: "works" };
const fails = fc
  .constantFrom("status", "for-each-ref", "log", "rev-list", "ls-files")
  .map((command): Inspection => ({ kind: "fails", command }));

/** What happened to a worktree, and whether the guard can look. */
export const arbitraryPlan: fc.Arbitrary<GuardPlan> = fc.record({
  moves: fc.oneof(
    { weight: 2, arbitrary: fc.array(fc.constantFrom(...HARMLESS), { maxLength: 4 }) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constant<MoveName>("commit"), fc.array(fc.constantFrom(...HARMLESS), { maxLength: 4 }))
        .map(([first, rest]) => [first, ...rest]),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...names), fc.array(fc.constantFrom(...HARMLESS), { maxLength: 3 }))
        .map(([first, rest]) => [first, ...rest]),
    },
    { weight: 3, arbitrary: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 5 }) },
  ),
  isOccupied: fc.oneof({ weight: 19, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  inspection: fc.oneof(
    { weight: 10, arbitrary: fc.constant(works) },
    { weight: 1, arbitrary: fails },
    { weight: 1, arbitrary: fc.constant<Inspection>({ kind: "times_out" }) },
  ),
});

/** Carries out the moves, one after the other. */
export async function carryOut(at: GuardCase, moves: readonly MoveName[]): Promise<void> {
  for (const [nth, name] of moves.entries()) await (MOVES[name] as Move)(at, nth).catch(() => {});
}

/** Adds a submodule, and merges that, so that only work in it is at risk. */
async function addSubmodule({ project, path, root, branch }: GuardCase): Promise<void> {
  // A second commit in its source would make the submodule an old state of it, which the oracle does not know.
  if (existsSync(join(path, "sub"))) return;
  await nestRepository(join(root, "source"));
  await askGit(path, "submodule", "--quiet", "add", join(root, "source"), "sub");
  await askGit(path, "commit", "--quiet", "--message", "Add a submodule", "--", ".gitmodules", "sub");
  await askGit(project, "merge", "--quiet", "--no-ff", "--no-edit", branch);
}

async function ensureRemote(path: string, root: string): Promise<void> {
  await attempt(askGit(root, "init", "--quiet", "--template=", "--bare", "remote.git"));
  await attempt(askGit(path, "remote", "add", "origin", join(root, "remote.git")));
}

/** Commits different content for the same lines on both sides. */
async function diverge(project: string, path: string, nth: number): Promise<void> {
  for (const [root, text] of [
    [project, "theirs"],
    [path, "ours"],
  ] as const) {
    await write(root, "a.txt", `${text} ${nth}\n`);
    await askGit(root, "add", "a.txt");
    await askGit(root, "commit", "--quiet", "--message", `${text} ${nth}`);
  }
}

/** Git may refuse, or find a conflict, which is what some of the moves want. */
async function attempt(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {});
}

async function commitAll(cwd: string, message: string): Promise<void> {
  await askGit(cwd, "add", "--all");
  await askGit(cwd, "commit", "--quiet", "--allow-empty", "--message", message);
}

/** Makes a repository of its own, with one commit. */
async function nestRepository(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await askGit(folder, "init", "--quiet", "--template=");
  await writeFiles(folder, { "inner.txt": "inner\n" });
  await commitAll(folder, "Inner");
}
