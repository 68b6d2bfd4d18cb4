import { chmod, rm, symlink, truncate, utimes } from "node:fs/promises";
import { join } from "node:path";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createGuardRig, nestRepository, runGit as run, type GuardExample, type GuardRig } from "./guard-fixture.ts";

let rig: GuardRig;
beforeAll(async () => {
  rig = await createGuardRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

it.each<GuardExample>([
  { name: "a fresh worktree", given: async () => {}, expected: { verdict: "safe", unpushed: -1, defaultBranch: "main" } },
  {
    name: "W3 an edited file",
    given: ({ path }) => writeFiles(path, { "a.txt": "edited\n" }),
    expected: { verdict: "at_risk", dirty: true, dirtyFiles: ["a.txt"], dirtyCount: 1, untracked: 0 },
  },
  {
    name: "W3 an edit of the same size at the same time",
    given: async ({ path }) => {
      await writeFiles(path, { "a.txt": "ONE\n" });
      await utimes(join(path, "a.txt"), 1_000, 1_000);
    },
    expected: { verdict: "at_risk", dirtyFiles: ["a.txt"] },
  },
  {
    name: "W3 a file that is executable now",
    given: ({ path }) => chmod(join(path, "a.txt"), 0o755),
    expected: { verdict: "at_risk", dirtyFiles: ["a.txt"] },
  },
  {
    name: "W3 an edit that is only in the index",
    given: async ({ path }) => {
      await writeFiles(path, { "a.txt": "staged\n" });
      run(path, "add", "a.txt");
      await writeFiles(path, { "a.txt": "one\n" });
    },
    expected: { verdict: "at_risk", dirtyFiles: ["a.txt"] },
  },
  {
    name: "W3 an edit that git was told not to look at",
    given: async ({ path }) => {
      run(path, "update-index", "--assume-unchanged", "a.txt");
      await writeFiles(path, { "a.txt": "edited\n" });
    },
    expected: { verdict: "at_risk", dirtyFiles: ["a.txt"] },
  },
  {
    name: "W3 what only the index has, where git was told not to look and the file equals the checkout",
    given: async ({ path, project }) => {
      await writeFiles(path, { "a.txt": "staged\n" });
      run(path, "add", "a.txt");
      run(path, "update-index", "--assume-unchanged", "a.txt");
      for (const root of [path, project]) await writeFiles(root, { "a.txt": "applied\n" });
    },
    expected: { verdict: "at_risk", dirtyFiles: ["a.txt"] },
  },
  {
    name: "a file that git was told not to look at, unchanged",
    given: async ({ path }) => run(path, "update-index", "--skip-worktree", "a.txt"),
    expected: { verdict: "safe" },
  },
  {
    name: "W3 an untracked file, in a repository that hides them",
    given: async ({ path }) => {
      run(path, "config", "status.showUntrackedFiles", "no");
      await writeFiles(path, { "new/deep.txt": "new\n" });
    },
    expected: { verdict: "at_risk", untracked: 1, untrackedFiles: ["new/deep.txt"], dirty: false },
  },
  {
    name: "W3 ignored keys, also deep in an ignored folder, but not what a program downloads",
    given: ({ path }) =>
      writeFiles(path, { ".env": "KEY=1\n", "build/out.o": "o", "build/certs/dev.pem": "pem", "node_modules/x/test/key.pem": "pem" }),
    expected: { verdict: "at_risk", precious: 2, preciousFiles: [".env", "build/certs/dev.pem"], untracked: 0 },
  },
  {
    name: "ignored files that can be made again",
    given: ({ path }) => writeFiles(path, { "build/out.o": "o", "x.log": "log" }),
    expected: { verdict: "safe", precious: 0 },
  },
  {
    name: "what equals the project's checkout, byte for byte",
    given: async ({ path, project }) => {
      for (const root of [path, project]) {
        await writeFiles(root, { "a.txt": "applied\n", "new.txt": "new\n", ".env": "KEY=1\n", link: { linkTo: "a.txt" } });
        await rm(join(root, "gone.txt"));
      }
    },
    expected: { verdict: "safe", dirty: false, untracked: 0, precious: 0 },
  },
  {
    name: "what is too big to be compared with the checkout",
    given: async ({ path, project }) => {
      for (const root of [path, project]) {
        await writeFiles(root, { "huge.bin": "" });
        await truncate(join(root, "huge.bin"), 600 * 1024 * 1024);
      }
    },
    expected: { verdict: "at_risk", untrackedFiles: ["huge.bin"] },
  },
  {
    name: "what equals the checkout only behind a link",
    given: async ({ path, project, root }) => {
      await writeFiles(path, { "out/new.txt": "new\n" });
      await writeFiles(join(root, "elsewhere"), { "new.txt": "new\n" });
      await symlink(join(root, "elsewhere"), join(project, "out"));
    },
    expected: { verdict: "at_risk", untrackedFiles: ["out/new.txt"] },
  },
  {
    name: "what equals the checkout but not in its mode",
    given: async ({ path, project }) => {
      for (const root of [path, project]) await writeFiles(root, { "new.sh": "run\n" });
      await chmod(join(path, "new.sh"), 0o755);
    },
    expected: { verdict: "at_risk", untrackedFiles: ["new.sh"] },
  },
  {
    name: "W3 what equals the checkout on disk, with other content in the index",
    given: async ({ path, project }) => {
      await writeFiles(path, { "a.txt": "staged\n" });
      run(path, "add", "a.txt");
      for (const root of [path, project]) await writeFiles(root, { "a.txt": "applied\n" });
    },
    expected: { verdict: "at_risk", dirtyFiles: ["a.txt"] },
  },
  {
    name: "W3 a repository inside, untracked",
    given: ({ path }) => nestRepository(join(path, "inner")),
    expected: { verdict: "at_risk", nestedRepositories: ["inner"], untracked: 0 },
  },
  {
    name: "W3 a repository inside an ignored folder, and one among tracked files",
    given: async ({ path }) => {
      await nestRepository(join(path, "vendor/deep/inner"));
      await nestRepository(join(path, "dir"));
    },
    expected: { verdict: "at_risk", nestedRepositories: ["dir", "vendor/deep/inner"] },
  },
])("$name", async ({ given, expected }) => {
  const setup = await rig.make();
  await given(setup);
  const { report } = await setup.look();
  expect(report).toMatchObject({ ...expected, unknown: [] });
});
