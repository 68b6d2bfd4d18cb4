import { spawnSync } from "node:child_process";
import { cp, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "@boocode/db/open-database";
import type { ProjectId } from "@boocode/shared/ids";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { describe, expect, it } from "vitest";
import { Feed } from "../feed/feed.ts";
import { Git } from "../platform/git/git.ts";
import { Locks } from "../platform/locks.ts";
import { systemTime } from "../platform/time.ts";
import { Projects } from "./projects.ts";

async function createProjects() {
  const folder = await createTempFolder();
  const dataDir = join(folder.path, "data");
  const home = join(folder.path, "home");
  await mkdir(dataDir);
  await mkdir(home);
  const feed = new Feed();
  const db = await openDatabase({ file: join(dataDir, "db.sqlite"), feed });
  const changed: string[] = [];
  feed.onWorkspace(({ noun }) => changed.push(noun));
  const projects = new Projects({
    db,
    git: new Git({ env: { PATH: "/usr/bin:/bin", HOME: home } }),
    locks: new Locks(),
    time: { ...systemTime, now: () => 1_000 },
    dataDir,
    worktreesDir: join(dataDir, "worktrees"),
    home,
    demoIdentity: { name: "Demo", email: "demo@boocode.invalid" },
  });
  return {
    projects,
    dataDir,
    home,
    changed,
    async [Symbol.asyncDispose]() {
      await db.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const faultOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: { fault?: { kind: string } }) => error.fault?.kind ?? String(error),
  );

describe("add", () => {
  it("registers the top level of a subfolder, once", async () => {
    await using setup = await createProjects();
    await using repository = await createRepository({ "src/deep/a.txt": "a" });
    const added = await setup.projects.add({ path: join(repository.path, "src", "deep") });
    expect(added).toMatchObject({ path: repository.path, hostId: "local", defaultBranch: "refs/heads/main", isDemo: false });
    expect(await setup.projects.add({ path: repository.path, name: "Other" })).toEqual(added);
    expect(await setup.projects.list()).toEqual([added]);
    expect(setup.changed).toEqual(["projects"]);
  });

  it("accepts a linked worktree, a detached HEAD, a link to the folder, and ~", async () => {
    await using setup = await createProjects();
    await using repository = await createRepository();
    const linked = join(setup.home, "linked");
    await repository.git("worktree", "add", "--quiet", "--detach", linked);
    expect(await setup.projects.add({ path: "~/linked" })).toMatchObject({ path: linked, defaultBranch: null });
    await symlink(repository.path, join(setup.home, "link"));
    expect(await setup.projects.add({ path: join(setup.home, "link"), name: "Mine" })).toMatchObject({
      path: repository.path,
      name: "Mine",
    });
  });

  it("uses the remote's default branch, preferring the local branch of that name", async () => {
    await using setup = await createProjects();
    await using origin = await createRepository();
    await origin.git("checkout", "--quiet", "-b", "work");
    await using clone = await createTempFolder();
    await origin.git("clone", "--quiet", origin.path, join(clone.path, "c"));
    await origin.git("-C", join(clone.path, "c"), "remote", "set-head", "origin", "main");
    expect(await setup.projects.add({ path: join(clone.path, "c") })).toMatchObject({ defaultBranch: "refs/remotes/origin/main" });
    await origin.git("-C", join(clone.path, "c"), "branch", "main");
    await using again = await createProjects();
    expect(await again.projects.add({ path: join(clone.path, "c") })).toMatchObject({ defaultBranch: "refs/heads/main" });
  });

  it("refuses each bad path with its own fault", async () => {
    await using setup = await createProjects();
    await using repository = await createRepository({ "file.txt": "x" });
    await using empty = await createRepository({});
    await using folder = await createTempFolder();
    await repository.git("clone", "--quiet", "--bare", repository.path, join(folder.path, "bare.git"));
    await mkdir(join(folder.path, "plain"));
    await mkdir(join(setup.dataDir, "worktrees", "x"), { recursive: true });
    await repository.git("init", "--quiet", join(setup.dataDir, "worktrees", "x"));
    await repository.git(
      "-C",
      join(setup.dataDir, "worktrees", "x"),
      "-c",
      "user.name=x",
      "-c",
      "user.email=x@x",
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      "x",
    );
    const add = (path: string) => faultOf(setup.projects.add({ path }));
    expect(await add("relative/path")).toBe("path_not_absolute");
    expect(await add(join(folder.path, "missing"))).toBe("path_not_found");
    expect(await add(join(repository.path, "file.txt", "below"))).toBe("path_not_found");
    expect(await add(join(repository.path, "file.txt"))).toBe("not_a_directory");
    expect(await add(join(folder.path, "plain"))).toBe("not_a_repository");
    expect(await add(join(repository.path, ".git"))).toBe("not_a_repository");
    expect(await add(join(folder.path, "bare.git"))).toBe("bare_repository");
    expect(await add(empty.path)).toBe("no_commits");
    expect(await add(join(setup.dataDir, "worktrees", "x"))).toBe("inside_data_dir");
    await writeFile(join(repository.path, ".git", "packed-refs"), "no line of git's\n");
    await expect(setup.projects.add({ path: repository.path })).rejects.toMatchObject({
      fault: { kind: "git_failed", stderrTail: expect.stringContaining("packed-refs") },
    });
    await rm(join(repository.path, ".git", "packed-refs"));
    expect(await faultOf(setup.projects.add({ path: repository.path, hostId: "elsewhere" }))).toBe("invalid_input");
    expect(await setup.projects.list()).toEqual([]);
  });

  it("opens a path as it was pasted", async () => {
    await using setup = await createProjects();
    await using repository = await createRepository();
    const added = await setup.projects.add({ path: repository.path });
    for (const pasted of [`${repository.path}/`, `"${repository.path}"\r\n`, ` file://${repository.path} `]) {
      expect(await setup.projects.add({ path: pasted })).toEqual(added);
    }
  });

  it("says why a folder cannot be read", async () => {
    await using setup = await createProjects();
    await symlink("loop", join(setup.home, "loop"));
    await expect(setup.projects.add({ path: "~/loop" })).rejects.toMatchObject({ fault: { kind: "path_unreadable", reason: "ELOOP" } });
  });

  it("ignores a setting that moves the top level elsewhere", async () => {
    await using setup = await createProjects();
    await using repository = await createRepository();
    await repository.git("config", "core.worktree", setup.home);
    expect(await faultOf(setup.projects.add({ path: repository.path }))).toBe("not_a_repository");
  });
});

describe("addDemo", () => {
  it("creates a repository whose own tests pass, only once, even for concurrent calls", async () => {
    await using setup = await createProjects();
    const [one, two] = await Promise.all([setup.projects.addDemo(), setup.projects.addDemo()]);
    expect(two).toEqual(one);
    expect(one).toMatchObject({
      isDemo: true,
      name: "Demo project",
      path: join(setup.dataDir, "demo-project"),
      defaultBranch: "refs/heads/main",
    });
    expect(await readdir(setup.dataDir)).not.toContain("demo-project.new");
    const run = (...argv: string[]) => spawnSync(process.execPath, argv, { cwd: one.path, encoding: "utf8", env: {} });
    expect(run("--test").status).toBe(0);
    expect(run("src/main.js", "lists/weekend.json", "2").stdout).toContain("For 2 days you need 9 things:");
    await writeFile(join(one.path, "mine.txt"), "kept");
    expect(await setup.projects.addDemo()).toEqual(one);
    expect(await readdir(one.path)).toContain("mine.txt");
  });

  it("replaces the leftovers of a crash", async () => {
    await using setup = await createProjects();
    await mkdir(join(setup.dataDir, "demo-project.new", ".git"), { recursive: true });
    expect(await setup.projects.addDemo()).toMatchObject({ isDemo: true });
  });
});

it("removes a project, once, and leaves its files", async () => {
  await using setup = await createProjects();
  await using repository = await createRepository();
  const { id } = await setup.projects.add({ path: repository.path });
  await setup.projects.remove(id);
  expect(await setup.projects.list()).toEqual([]);
  expect(await readdir(repository.path)).toContain("README.md");
  expect(await faultOf(setup.projects.remove(id))).toBe("project_not_found");
  expect(await faultOf(setup.projects.remove("prj_none" as ProjectId))).toBe("project_not_found");
});

it("offers the repositories below the home folder that are not registered", async () => {
  await using setup = await createProjects();
  await mkdir(join(setup.home, "code"));
  for (const name of ["one", "two"]) {
    await using repository = await createRepository();
    await cp(repository.path, join(setup.home, "code", name), { recursive: true });
  }
  const list = async () => (await setup.projects.listRecent()).map(({ path }) => path.slice(setup.home.length + 1)).toSorted();
  expect(await list()).toEqual(["code/one", "code/two"]);
  await setup.projects.add({ path: "~/code/one" });
  expect(await list()).toEqual(["code/two"]);
});

describe("completePath", () => {
  it("lists folders, marks repositories, and hides dot folders until requested", async () => {
    await using setup = await createProjects();
    for (const name of ["alpha/.git", "Albatros", "beta", ".hidden"]) await mkdir(join(setup.home, name), { recursive: true });
    await writeFile(join(setup.home, "al-file"), "");
    await symlink(join(setup.home, "beta"), join(setup.home, "al-link"));
    await symlink(join(setup.home, "nowhere"), join(setup.home, "al-dangling"));
    const complete = async (prefix: string) =>
      (await setup.projects.completePath(prefix)).map(({ path }) => path.slice(setup.home.length + 1));
    expect(await complete("~/al")).toEqual(["Albatros", "al-link", "alpha"]);
    expect(await complete("~")).toEqual(["Albatros", "al-link", "alpha", "beta"]);
    expect(await complete("")).toEqual(["Albatros", "al-link", "alpha", "beta"]);
    expect(await complete(`${setup.home}/.h`)).toEqual([".hidden"]);
    expect(await setup.projects.completePath("~/alpha")).toEqual([{ path: join(setup.home, "alpha"), isRepository: true }]);
    for (const nothing of ["relative", "/no/such/folder/x", `${setup.home}/al-file/`, "\0"])
      expect(await setup.projects.completePath(nothing)).toEqual([]);
  });

  it("returns at most fifty", async () => {
    await using setup = await createProjects();
    for (let place = 0; place < 60; place++) await mkdir(join(setup.home, `f${place}`));
    expect(await setup.projects.completePath("~/")).toHaveLength(50);
  });
});
