import { execFile } from "node:child_process";
import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { systemTime } from "../platform/time.ts";
import { RecentRepositories } from "./recent-repositories.ts";

async function makeHome() {
  const folder = await createTempFolder();
  const home = join(folder.path, "home");
  await mkdir(home);
  let used = 0;
  return {
    home,
    outside: folder.path,
    /** Makes what git makes, used later than all before. */
    async add(...paths: string[]) {
      for (const path of paths) {
        const gitDir = join(home, path, ".git");
        await mkdir(gitDir, { recursive: true });
        await writeFile(join(gitDir, "HEAD"), "ref: refs/heads/main\n");
        await utimes(join(gitDir, "HEAD"), ++used, used);
      }
    },
    async list(known: string[] = [], time = systemTime) {
      const recent = new RecentRepositories({ home, ownFolders: [join(home, "own")], time });
      const found = await recent.list(new Set(known.map((path) => join(home, path))));
      return found.map(({ path }) => relative(home, path));
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

it("lists repositories by their latest use, without known ones, at most eight", async () => {
  await using place = await makeHome();
  await place.add("code/a", "code/deep/er/b", "c");
  expect(await place.list()).toEqual(["c", "code/deep/er/b", "code/a"]);
  expect(await place.list(["c"])).toEqual(["code/deep/er/b", "code/a"]);
  await place.add(...Array.from({ length: 10 }, (_, at) => `many/${at}`));
  expect(await place.list()).toEqual(["many/9", "many/8", "many/7", "many/6", "many/5", "many/4", "many/3", "many/2"]);
});

it("skips what nobody means: hidden folders, dependencies, nested and linked repositories, its own folders, and what is too deep", async () => {
  await using place = await makeHome();
  await place.add("app", "app/inside", ".hidden/x", "code/node_modules/y", "own/z", "1/2/3/4/5");
  await mkdir(join(place.home, "linked"));
  await writeFile(join(place.home, "linked", ".git"), "gitdir: ../app/.git/worktrees/linked\n");
  await mkdir(join(place.home, "empty", ".git"), { recursive: true });
  await mkdir(join(place.home, ".git"));
  expect(await place.list()).toEqual(["app"]);
});

it("follows no link and opens nothing but folders", async () => {
  await using place = await makeHome();
  await place.add("app");
  await mkdir(join(place.outside, "far", "repo", ".git"), { recursive: true });
  await writeFile(join(place.outside, "far", "repo", ".git", "HEAD"), "ref: refs/heads/main\n");
  await symlink(join(place.outside, "far"), join(place.home, "far"));
  await symlink(place.home, join(place.home, "loop"));
  await mkdir(join(place.home, "trap"));
  // Whoever opens one waits for a writer.
  await promisify(execFile)("mkfifo", [join(place.home, "fifo"), join(place.home, "trap", ".git")]);
  await mkdir(join(place.home, "trap2", ".git"), { recursive: true });
  await promisify(execFile)("mkfifo", [join(place.home, "trap2", ".git", "HEAD"), join(place.home, "trap2", ".git", "index")]);
  expect(await place.list()).toEqual(["app"]);
});

it("reads only the beginning of a huge folder and a limited number of folders", async () => {
  await using place = await makeHome();
  await place.add("zoo");
  const names = Array.from({ length: 2_500 }, (_, at) => `f${at}`);
  await mkdir(join(place.home, "huge"));
  for (const name of names) await writeFile(join(place.home, "huge", name), "");
  expect(await place.list()).toEqual(["zoo"]);
});

it("ends in time, looks once however often it is asked, and looks again later", async () => {
  await using place = await makeHome();
  await place.add("a", "b/c");
  let now = 0;
  // Each look at the clock is a second later: the search ends after its first folders.
  const slow = { ...systemTime, elapsedMs: () => (now += 1_000) };
  expect(await place.list([], slow)).toEqual([]);

  now = 0;
  const recent = new RecentRepositories({ home: place.home, ownFolders: [], time: { ...systemTime, elapsedMs: () => now } });
  const list = async () => (await recent.list(new Set())).map(({ path }) => relative(place.home, path));
  const asked = await Promise.all([list(), list()]);
  expect(asked).toEqual([
    ["b/c", "a"],
    ["b/c", "a"],
  ]);
  await place.add("d");
  expect(await list()).toEqual(["b/c", "a"]);
  now = 31_000;
  expect(await list()).toEqual(["d", "b/c", "a"]);
});

it("answers although a disk does not", async () => {
  await using place = await makeHome();
  await place.add("a");
  const pauses: (() => void)[] = [];
  const time = {
    elapsedMs: () => 0,
    after(_: number, work: () => void) {
      pauses.push(work);
      return () => {};
    },
  };
  const recent = new RecentRepositories({ home: place.home, ownFolders: [], time });
  const answer = recent.list(new Set());
  for (const end of pauses) end();
  expect(await answer).toEqual([]);
});

it("finds nothing where there is no home", async () => {
  const recent = new RecentRepositories({ home: "/nowhere/at/all", ownFolders: [], time: systemTime });
  expect(await recent.list(new Set())).toEqual([]);
});
