import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFiles } from "@boocode/testkit/repo-builder";
import fc from "fast-check";
import { commitAll, nestRepository, runGit, type GuardCase } from "../../src/worktrees/removal/guard-fixture.ts";

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
    runGit(path, "update-index", "--assume-unchanged", "dir/b.txt");
    await write(path, "dir/b.txt", `hidden ${nth}\n`);
  },
  hideStaged: async (at, nth) => {
    await write(at.path, "dir/b.txt", `staged ${nth}\n`);
    runGit(at.path, "add", "dir/b.txt");
    runGit(at.path, "update-index", "--assume-unchanged", "dir/b.txt");
    await both(at, (root) => write(root, "dir/b.txt", `applied ${nth}\n`));
  },
  hideNothing: async ({ path }) => runGit(path, "update-index", "--skip-worktree", "gone.txt"),
  hideUntracked: async ({ path }) => runGit(path, "config", "status.showUntrackedFiles", "no"),
  applied: (at, nth) =>
    both(at, (root) => writeFiles(root, { "a.txt": `applied ${nth}\n`, "applied.txt": "applied\n", ".env": "KEY=2\n" })),
  appliedRemoval: (at) => both(at, (root) => rm(join(root, "gone.txt"), { force: true })),
  appliedInMode: async (at) => {
    await both(at, (root) => write(root, "run.sh", "run\n"));
    await chmod(join(at.path, "run.sh"), 0o755);
  },
  // The index
  stage: async ({ path }) => runGit(path, "add", "--all"),
  stageAndEdit: async ({ path }, nth) => {
    await write(path, "a.txt", `staged ${nth}\n`);
    runGit(path, "add", "a.txt");
    await write(path, "a.txt", "one\n");
  },
  untrack: async ({ path }) => runGit(path, "rm", "--quiet", "--cached", "gone.txt"),
  // Commits
  commit: async ({ path }, nth) => {
    await write(path, `own-${nth}.txt`, `own ${nth}\n`);
    commitAll(path, `Own ${nth}`);
  },
  takeBack: async ({ path }, nth) => {
    await write(path, `own-${nth}.txt`, `own ${nth}\n`);
    commitAll(path, `Own ${nth}`);
    runGit(path, "revert", "--no-edit", "HEAD");
  },
  commitOnMain: async ({ project }, nth) => {
    await write(project, `main-${nth}.txt`, `main ${nth}\n`);
    runGit(project, "add", `main-${nth}.txt`);
    runGit(project, "commit", "--quiet", "--message", `Main ${nth}`);
  },
  merge: async ({ project, branch }) => runGit(project, "merge", "--quiet", "--no-ff", "--no-edit", branch),
  squash: async ({ project, branch }) => {
    runGit(project, "merge", "--squash", "--quiet", branch);
    runGit(project, "commit", "--quiet", "--message", "All as one");
  },
  cherryPick: async ({ project, branch }) => runGit(project, "cherry-pick", branch),
  updateFromMain: async ({ path }) => runGit(path, "merge", "--quiet", "--no-ff", "--no-edit", "main"),
  rebaseOnMain: async ({ path }) => runGit(path, "rebase", "--quiet", "main"),
  detach: async ({ path }) => runGit(path, "checkout", "--quiet", "--detach"),
  switchBranch: async ({ path }) => runGit(path, "checkout", "--quiet", "-b", "other", "main"),
  orphan: async ({ path }) => runGit(path, "checkout", "--quiet", "--orphan", "fresh"),
  tag: async ({ path }, nth) => runGit(path, "tag", `v${nth}`),
  push: async ({ path, root, branch }) => {
    await ensureRemote(path, root);
    runGit(path, "push", "--quiet", "--set-upstream", "origin", branch);
  },
  pushMain: async ({ project, path, root }) => {
    await ensureRemote(path, root);
    runGit(project, "push", "--quiet", "origin", "main");
    runGit(project, "remote", "set-head", "origin", "main");
  },
  dropBranch: async ({ project, branch }) => runGit(project, "update-ref", "-d", `refs/heads/${branch}`),
  // In the middle of something
  mergeConflict: async ({ project, path }, nth) => {
    await diverge(project, path, nth);
    attempt(() => runGit(path, "merge", "main"));
  },
  rebaseConflict: async ({ project, path }, nth) => {
    await diverge(project, path, nth);
    attempt(() => runGit(path, "rebase", "main"));
  },
  bisect: async ({ path }) => runGit(path, "bisect", "start"),
  // Others
  ownStash: async ({ path }, nth) => {
    await write(path, "a.txt", `stashed ${nth}\n`);
    runGit(path, "stash");
  },
  othersStash: async ({ project }, nth) => {
    await write(project, "a.txt", `stashed ${nth}\n`);
    runGit(project, "stash");
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
    commitAll(join(at.path, "sub"), "Only here");
    runGit(at.path, "update-index", "--cacheinfo", `160000,${runGit(join(at.path, "sub"), "rev-parse", "HEAD^")},sub`);
  },
  lock: async ({ project, path }) => runGit(project, "worktree", "lock", path),
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
  await nestRepository(join(root, "source"));
  runGit(path, "submodule", "--quiet", "add", join(root, "source"), "sub");
  runGit(path, "commit", "--quiet", "--message", "Add a submodule", "--", ".gitmodules", "sub");
  runGit(project, "merge", "--quiet", "--no-ff", "--no-edit", branch);
}

async function ensureRemote(path: string, root: string): Promise<void> {
  attempt(() => runGit(root, "init", "--quiet", "--template=", "--bare", "remote.git"));
  attempt(() => runGit(path, "remote", "add", "origin", join(root, "remote.git")));
}

/** Commits different content for the same lines on both sides. */
async function diverge(project: string, path: string, nth: number): Promise<void> {
  for (const [root, text] of [
    [project, "theirs"],
    [path, "ours"],
  ] as const) {
    await write(root, "a.txt", `${text} ${nth}\n`);
    runGit(root, "add", "a.txt");
    runGit(root, "commit", "--quiet", "--message", `${text} ${nth}`);
  }
}

function attempt(work: () => unknown): void {
  try {
    work();
  } catch {
    // Git refused, or found a conflict, which is what some of the moves want.
  }
}
