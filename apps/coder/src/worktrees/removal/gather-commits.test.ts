import { join } from "node:path";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commitAll as commit, createGuardRig, runGit as run, type GuardExample, type GuardRig } from "./guard-fixture.ts";

let rig: GuardRig;
beforeAll(async () => {
  rig = await createGuardRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

it.each<GuardExample>([
  {
    name: "W3 a commit of its own",
    given: async ({ path }) => {
      await writeFiles(path, { "a.txt": "own\n" });
      commit(path, "Fix it");
    },
    expected: { verdict: "at_risk", unmerged: 1, unpushed: -1, commits: [expect.objectContaining({ subject: "Fix it" }) as never] },
  },
  {
    name: "W3 commits that take each other back",
    given: async ({ path }) => {
      await writeFiles(path, { "a.txt": "own\n" });
      commit(path, "Try it");
      run(path, "revert", "--no-edit", "HEAD");
    },
    expected: { verdict: "at_risk", unmerged: 2 },
  },
  {
    name: "a merged branch",
    given: async ({ path, project, branch }) => {
      await writeFiles(path, { "a.txt": "own\n" });
      commit(path, "Fix it");
      run(project, "merge", "--no-ff", "--no-edit", branch);
    },
    expected: { verdict: "safe", unmerged: 0 },
  },
  {
    name: "a cherry-picked commit and one that is not",
    given: async ({ path, project }) => {
      await writeFiles(path, { "a.txt": "own\n" });
      commit(path, "First");
      run(project, "commit", "--allow-empty", "-m", "Meanwhile");
      run(project, "cherry-pick", run(path, "rev-parse", "HEAD"));
      await writeFiles(path, { "dir/b.txt": "own\n" });
      commit(path, "Second");
    },
    expected: { verdict: "at_risk", unmerged: 1 },
  },
  {
    name: "a squashed branch, and more in the same lines since",
    given: async ({ path, project, branch }) => {
      for (const line of ["first", "second"]) {
        await writeFiles(path, { "a.txt": `${line}\n` });
        commit(path, line);
      }
      run(project, "merge", "--squash", branch);
      commit(project, "All of it");
      await writeFiles(project, { "a.txt": "later\n" });
      commit(project, "Later");
    },
    expected: { verdict: "safe", unmerged: 0 },
  },
  {
    name: "a squashed branch beside other work",
    given: async ({ path, project, branch }) => {
      for (const line of ["first", "second"]) {
        await writeFiles(path, { "a.txt": `${line}\n` });
        commit(path, line);
      }
      run(project, "merge", "--squash", branch);
      await writeFiles(project, { "other.txt": "other\n" });
      commit(project, "All of it and more");
    },
    expected: { verdict: "safe", unmerged: 0 },
  },
  {
    name: "W3 commits that the upstream lacks",
    given: async ({ path, root, branch }) => {
      run(root, "init", "--quiet", "--bare", "remote.git");
      run(path, "remote", "add", "origin", join(root, "remote.git"));
      run(path, "push", "--quiet", "--set-upstream", "origin", branch);
      await writeFiles(path, { "a.txt": "own\n" });
      commit(path, "Fix it");
    },
    expected: { verdict: "at_risk", unpushed: 1, unmerged: 1 },
  },
  {
    name: "the default branch is the remote's, not the local one of that name",
    given: async ({ path, root, project, branch }) => {
      run(root, "init", "--quiet", "--bare", "remote.git");
      run(path, "remote", "add", "origin", join(root, "remote.git"));
      run(path, "push", "--quiet", "origin", "main");
      run(path, "remote", "set-head", "origin", "main");
      await writeFiles(path, { "a.txt": "own\n" });
      commit(path, "Fix it");
      run(project, "merge", "--no-edit", branch);
    },
    expected: { verdict: "at_risk", unmerged: 1, defaultBranch: "origin/main" },
  },
  {
    name: "commits of the branch that it began from",
    given: async ({ path, project }) => {
      run(project, "checkout", "--quiet", "-b", "feature");
      await writeFiles(project, { "a.txt": "feature\n" });
      commit(project, "Feature");
      run(path, "reset", "--quiet", "--hard", "feature");
    },
    target: (setup) => ({ baseCommit: run(setup.path, "rev-parse", "HEAD") }),
    expected: { verdict: "safe", unmerged: 0 },
  },
  {
    name: "W3 commits of a branch that it began from and that is gone",
    given: async ({ path, project }) => {
      run(project, "checkout", "--quiet", "-b", "feature");
      await writeFiles(project, { "a.txt": "feature\n" });
      commit(project, "Feature");
      run(path, "reset", "--quiet", "--hard", "feature");
      run(project, "checkout", "--quiet", "main");
      run(project, "branch", "--quiet", "-D", "feature");
    },
    target: (setup) => ({ baseCommit: run(setup.path, "rev-parse", "HEAD") }),
    expected: { verdict: "at_risk", unmerged: 1 },
  },
  {
    name: "W3 the worktree's own branch is never the default branch",
    given: async ({ path, branch }) => {
      await writeFiles(path, { "a.txt": "own\n" });
      commit(path, "Fix it");
      run(path, "update-ref", `refs/remotes/origin/${branch}`, "HEAD");
      run(path, "symbolic-ref", "refs/remotes/origin/HEAD", `refs/heads/${branch}`);
    },
    expected: { verdict: "at_risk", unmerged: 1, defaultBranch: "main" },
  },
  {
    name: "W3 a detached HEAD with a commit on no branch",
    given: async ({ path }) => {
      run(path, "checkout", "--quiet", "--detach");
      await writeFiles(path, { "a.txt": "own\n" });
      commit(path, "Lost");
    },
    expected: { verdict: "at_risk", detached: true, unmerged: 1 },
  },
  {
    name: "a detached HEAD at the base",
    given: async ({ path }) => run(path, "checkout", "--quiet", "--detach"),
    expected: { verdict: "safe", detached: false },
  },
  {
    name: "W3 commits left behind on its branch while another is checked out",
    given: async ({ path }) => {
      await writeFiles(path, { "a.txt": "own\n" });
      commit(path, "Left behind");
      run(path, "checkout", "--quiet", "-b", "other", "main");
    },
    expected: { verdict: "at_risk", unmerged: 1 },
  },
  {
    name: "W3 a stash of its own",
    given: async ({ path }) => {
      await writeFiles(path, { "a.txt": "own\n" });
      run(path, "stash");
    },
    expected: { verdict: "at_risk", stashes: 1, dirty: false },
  },
  {
    name: "a stash of somebody else",
    given: async ({ project }) => {
      await writeFiles(project, { "a.txt": "main\n" });
      run(project, "stash");
    },
    expected: { verdict: "safe", stashes: 0 },
  },
  {
    name: "W3 in the middle of a merge",
    given: async ({ path, project }) => {
      await writeFiles(project, { "a.txt": "main\n" });
      commit(project, "Theirs");
      await writeFiles(path, { "a.txt": "own\n" });
      commit(path, "Ours");
      expect(() => run(path, "merge", "main")).toThrow("merge main");
    },
    expected: { verdict: "at_risk", operation: "merge", dirtyFiles: ["a.txt"] },
  },
  {
    name: "W3 in the middle of a bisect",
    given: async ({ path }) => run(path, "bisect", "start"),
    expected: { verdict: "at_risk", operation: "bisect" },
  },
])("$name", async ({ given, target, expected }) => {
  const setup = await rig.make();
  await given(setup);
  const { report } = await setup.look({}, target?.(setup));
  expect(report).toMatchObject({ ...expected, unknown: [] });
});
