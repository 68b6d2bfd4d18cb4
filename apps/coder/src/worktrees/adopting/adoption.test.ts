import { rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertProject } from "@boocode/db/stores/project-store";
import { ProjectId } from "@boocode/shared/ids";
import { BUILT_IDS, buildProject } from "@boocode/shared/testing/build";
import { createRepository, runGit } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { faultOf } from "../../sessions/deletion/deletion-fixture.ts";
import { describeFolder } from "../removal/trash-fixture.ts";
import { createWorktreeSetup } from "../worktree-fixture.ts";
import { createAdopting } from "./adopting-fixture.ts";

async function createSetup() {
  const setup = await createWorktreeSetup({ "a.txt": "one\n", "dir/b.txt": "two\n", ".gitignore": "*.log\n" });
  return Object.assign(setup, createAdopting(setup));
}

it("lists the person's worktrees and free branches, and nothing of BooCode's or of a session's", async () => {
  await using setup = await createSetup();
  const { repository, adoption, adopt, addWorktree, worktrees } = setup;
  const ours = await worktrees.ensure(setup.sessionId);
  await addWorktree("free");
  const detached = await addWorktree("detached", "--detach");
  const merging = await addWorktree("merging");
  await merging.write({ "a.txt": "theirs\n" });
  await merging.git("commit", "--quiet", "--all", "--message", "Theirs");
  await repository.write({ "a.txt": "ours\n" });
  await repository.commit("Ours");
  await merging.git("merge", "main").catch(() => {});
  const gone = await addWorktree("gone");
  await rm(gone.path, { recursive: true });
  const cut = await addWorktree("cut");
  await rm(join(cut.path, ".git"));
  const taken = await addWorktree("taken");
  await adopt({ path: taken.path });
  await repository.git("branch", "idle");
  await repository.git("branch", "worked-on");
  await adopt({ branch: "worked-on" });

  const { worktrees: found, branches, isCut } = await adoption.list(BUILT_IDS.project);
  expect(found.map(({ path, branch, operation }) => [path.split("/").at(-1), branch, operation]).toSorted()).toEqual([
    ["detached", null, null],
    ["free", "free", null],
    ["merging", "merging", "merge"],
  ]);
  expect(found.find(({ path }) => path === detached.path)?.head).toBe(await detached.git("rev-parse", "HEAD"));
  expect(branches.map(({ name }) => name).toSorted()).toEqual(["idle"]);
  expect(branches[0]?.committedAt).toBe(Date.parse("2026-01-01T00:00:00Z"));
  expect(isCut).toBe(false);
  expect(branches.map(({ name }) => name)).not.toContain(ours.branch);
});

it("refuses what is not the person's to give, each with its reason, and leaves no trace", async () => {
  await using setup = await createSetup();
  await using other = await createRepository({ "x.txt": "x\n" });
  const { repository, adopt, addWorktree, worktrees, folder, db } = setup;
  const ours = await worktrees.ensure(setup.sessionId);
  const taken = await addWorktree("taken");
  const sessionId = await adopt({ path: taken.path });
  const gone = await addWorktree("gone");
  await rm(gone.path, { recursive: true });
  const moved = await addWorktree("moved");
  await rename(moved.path, `${moved.path}-away`);
  const elsewhere = await addWorktree("elsewhere");
  await repository.git("worktree", "lock", "--reason", "boocode:another:ses_1", elsewhere.path);
  const project = await addWorktree("project");
  await db.write("full", (tx) => insertProject(tx, buildProject({ id: ProjectId.parse("project-2"), path: project.path })));
  const unborn = await addWorktree("unborn");
  await unborn.git("switch", "--quiet", "--orphan", "none");
  await symlink(taken.path, join(folder, "link"));

  const refusals = {
    [repository.path]: "checkout",
    [join(repository.path, "dir")]: "foreign",
    [join(taken.path, "dir")]: "foreign",
    [other.path]: "foreign",
    [project.path]: "checkout",
    [taken.path]: "session",
    [join(folder, "link")]: "session",
    [ours.path]: "session",
    [elsewhere.path]: "boocode",
    [`${moved.path}-away`]: "foreign",
    [gone.path]: "missing",
  };
  const refs = await repository.git("for-each-ref");
  for (const [path, because] of Object.entries(refusals))
    expect([path, await faultOf(adopt({ path }))]).toMatchObject([path, { kind: "not_adoptable", because }]);
  expect(await faultOf(adopt({ path: taken.path }))).toMatchObject({ sessionId, at: null });
  expect(await faultOf(adopt({ path: "mine/free" }))).toEqual({ kind: "path_not_absolute", path: "mine/free" });
  expect(await faultOf(adopt({ path: "/no/such/folder" }))).toEqual({ kind: "path_not_found", path: "/no/such/folder" });
  expect(await faultOf(adopt({ path: unborn.path }))).toEqual({ kind: "no_commits", path: unborn.path });
  expect(await repository.git("for-each-ref")).toBe(refs);

  await repository.git("branch", "idle");
  await adopt({ branch: "idle" });
  expect(await faultOf(adopt({ branch: "idle" }))).toMatchObject({ because: "session" });
  expect(await faultOf(adopt({ branch: "none" }))).toMatchObject({ because: "no_branch" });
  expect(await faultOf(adopt({ branch: "moved" }))).toMatchObject({ because: "checked_out", at: moved.path });
  expect(await faultOf(adopt({ branch: ours.branch }))).toMatchObject({ because: "session", sessionId: setup.sessionId });
});

it("two sessions that adopt one worktree at once: one has it", async () => {
  await using setup = await createSetup();
  const { path } = await setup.addWorktree("wanted");
  const faults = await Promise.all([1, 2].map(() => faultOf(setup.adopt({ path }))));
  expect(faults.map((fault) => (fault?.kind === "not_adoptable" ? fault.because : fault)).toSorted()).toEqual([null, "session"].toSorted());
});

it("what is uncommitted in an adopted worktree is the person's, in its first checkpoint, and nothing there is touched", async () => {
  await using setup = await createSetup();
  const { repository, adopt, addWorktree, find, worktrees } = setup;
  const mine = await addWorktree("mine");
  await mine.write({ "a.txt": "committed by me\n" });
  await mine.git("commit", "--quiet", "--all", "--message", "Mine");
  await mine.write({ "a.txt": "by me\n", "new.txt": "new\n", "out.log": "ignored\n" });
  await mine.git("add", "new.txt");
  await mine.write({ "new.txt": "newer than the index\n", "untracked.txt": "mine\n" });
  await rm(join(mine.path, "dir/b.txt"));
  const gitDir = await mine.git("rev-parse", "--absolute-git-dir");
  const listRefs = () => repository.git("for-each-ref", "refs/heads");
  const look = async () => [await describeFolder(mine.path), await describeFolder(gitDir), await listRefs()];
  const before = await look();

  const sessionId = await adopt({ path: mine.path });
  const ensured = await worktrees.ensure(sessionId);

  expect(await look()).toEqual(before);
  const adopted = (await find(sessionId))!;
  expect(ensured).toEqual(adopted);
  expect(adopted).toMatchObject({ adopted: "worktree", branch: "mine", head: "mine", state: "live", setUpAt: expect.any(Number) });
  expect(adopted.baseCommit).toBe(await mine.git("rev-parse", "mine"));
  const changed = await repository.git("diff-tree", "-r", "--name-status", adopted.baseTree, adopted.lastCheckpoint!);
  expect(changed.split("\n")).toEqual(["M\ta.txt", "D\tdir/b.txt", "A\tnew.txt", "A\tuntracked.txt"]);
  expect(await repository.git("show", `${adopted.lastCheckpoint}:new.txt`)).toBe("newer than the index");
  expect(await repository.git("log", "-1", "--format=%an %ae", adopted.lastCheckpoint!)).toBe("Test Person person@example.invalid");
});

it("files that git converts on the way, and calls unchanged, are nobody's change", async () => {
  await using setup = await createSetup();
  const { repository, adopt, addWorktree, find } = setup;
  await repository.write({ ".gitattributes": "*.txt text eol=crlf\n", "c.txt": "three\n", "d.txt": "four\n" });
  await repository.commit("Line ends");
  const mine = await addWorktree("mine");
  await writeFile(join(mine.path, "d.txt"), "changed\r\n");
  const { baseTree, baseCommit, lastCheckpoint } = (await find(await adopt({ path: mine.path })))!;
  expect(await repository.git("diff-tree", "-r", "--name-only", baseTree, lastCheckpoint!)).toBe("d.txt");
  const sizes = ["c.txt", "d.txt"].map((name) => repository.git("cat-file", "-s", `${baseTree}:${name}`));
  expect(await Promise.all(sizes)).toEqual([String("three\r\n".length), String("four\n".length)]);
  expect((await repository.git("log", "--format=%s", `${baseCommit}..${lastCheckpoint}`)).split("\n")).toEqual([
    "Checkpoint between turns",
    "The base as it was checked out",
  ]);
});

it.each([
  { name: "a merge with conflicts", begin: ["merge", "main"], operation: "MERGE_HEAD" },
  { name: "a rebase that stopped", begin: ["rebase", "main"], operation: "REBASE_HEAD" },
])("a worktree in the middle of $name is adopted as it is", async ({ begin, operation }) => {
  await using setup = await createSetup();
  const { repository, adopt, addWorktree, find, worktrees } = setup;
  const mine = await addWorktree("mine");
  await mine.write({ "a.txt": "theirs\n" });
  await mine.git("commit", "--quiet", "--all", "--message", "Theirs");
  await repository.write({ "a.txt": "ours\n" });
  await repository.commit("Ours");
  await mine.git(...begin).catch(() => {});
  const index = await mine.git("ls-files", "--unmerged");
  expect(index).not.toBe("");
  const sessionId = await adopt({ path: mine.path });
  const { lastCheckpoint } = (await find(sessionId))!;
  expect(await repository.git("show", `${lastCheckpoint}:a.txt`)).toContain("<<<<<<<");
  const words = { author: null, taskId: BUILT_IDS.task, chatId: BUILT_IDS.chat, when: "before" } as const;
  await worktrees.checkpoint((await find(sessionId))!, words);
  expect(await mine.git("ls-files", "--unmerged")).toBe(index);
  expect(await mine.git("rev-parse", "--verify", operation)).toMatch(/^[0-9a-f]{40}$/);
});

it("a damaged index of an adopted worktree is the person's to repair: it stays as it is", async () => {
  await using setup = await createSetup();
  const { adopt, addWorktree, find, worktrees } = setup;
  const mine = await addWorktree("mine");
  const sessionId = await adopt({ path: mine.path });
  const index = join(await mine.git("rev-parse", "--absolute-git-dir"), "index");
  await writeFile(index, "not an index");
  await rm(join(setup.folder, "checkpoints"), { recursive: true });
  const words = { author: null, taskId: BUILT_IDS.task, chatId: BUILT_IDS.chat, when: "before" } as const;
  const worktree = (await find(sessionId))!;
  expect(await faultOf(worktrees.checkpoint(worktree, words))).toMatchObject({ kind: "git_failed" });
  expect(await runGit(mine.path, ["status"]).catch((error: Error) => error.message)).toMatch(/index/);
});

it("a session on a branch of the person's gets a worktree of BooCode's on it, where the branch is by then", async () => {
  await using setup = await createSetup();
  const { repository, adopt, find, worktrees } = setup;
  await repository.git("branch", "feature");
  const sessionId = await adopt({ branch: "feature" });
  expect(await find(sessionId)).toBeNull();
  await repository.git("switch", "--quiet", "feature");
  await repository.write({ "a.txt": "later\n" });
  const tip = await repository.commit("Later");
  expect(await faultOf(worktrees.ensure(sessionId))).toMatchObject({ kind: "not_adoptable", because: "checked_out", at: repository.path });
  await repository.git("switch", "--quiet", "main");

  const made = await worktrees.ensure(sessionId);
  expect(made).toMatchObject({ adopted: "branch", branch: "feature", head: "feature", baseCommit: tip, state: "live", setUpAt: null });
  expect(made.path).toBe(join(setup.folder, "worktrees", sessionId));
  expect(await runGit(made.path, ["status", "--porcelain", "--branch"])).toBe("## feature");
  expect(await repository.git("rev-parse", "feature")).toBe(tip);
});

it("a worktree on the person's branch that a crash left half-made begins where the branch is by now", async () => {
  await using setup = await createSetup();
  const { repository, adopt, db, worktrees } = setup;
  await repository.git("branch", "feature");
  const sessionId = await adopt({ branch: "feature" });
  const broken = setup.restart({
    git: new Proxy(setup.git, {
      get: (git, name) => {
        const value = Reflect.get(git, name) as unknown;
        if (name === "write") return () => Promise.reject(new Error("a crash"));
        return typeof value === "function" ? value.bind(git) : value;
      },
    }),
  });
  await expect(broken.ensure(sessionId)).rejects.toThrow("a crash");
  expect((await createAdopting(setup).find(sessionId))?.state).toBe("creating");
  await repository.git("commit", "--quiet", "--allow-empty", "--message", "Moved on");
  await repository.git("branch", "--force", "feature", "main");
  const made = await worktrees.ensure(sessionId);
  expect(made.baseCommit).toBe(await repository.git("rev-parse", "main"));
  expect(await db.read.selectFrom("worktrees").select("base_commit").execute()).toEqual([{ base_commit: made.baseCommit }]);
});
