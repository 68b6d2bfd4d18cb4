import { cp, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { systemTime } from "../time.ts";
import { Git } from "./git.ts";

/** A repository, a home, and how many git processes it takes to read a setting. `ahead`: how far the clock is ahead, in milliseconds. */
async function createAsker(ahead = 60_000) {
  const repository = await createRepository();
  const home = await createTempFolder();
  const time = { ahead };
  let started = 0;
  const git = new Git({
    env: { PATH: "/usr/bin:/bin", HOME: home.path },
    time: { ...systemTime, now: () => Date.now() + time.ahead },
    onStart: () => (started += 1),
  });
  return {
    repository,
    git,
    time,
    write: (name: string, text: string) => writeFile(join(home.path, name), text),
    async ask(key: string) {
      started = 0;
      const found = (await git.settings(repository.path)).findLast((setting) => setting.key === key);
      return [found?.value, started > 0];
    },
    async [Symbol.asyncDispose]() {
      await repository[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

it("reads the settings again only if a file that defines them changed", async () => {
  await using asker = await createAsker();
  const { repository, write, ask } = asker;
  await repository.git("config", "--unset", "user.name");
  expect(await ask("user.name")).toEqual([undefined, true]);
  expect(await ask("user.name")).toEqual([undefined, false]);
  // A missing file, a file that it includes, a file that this includes, and the repository's own.
  await write(".gitconfig", '[user]\n\tname = Ada\n[include]\n\tpath = more\n[includeIf "gitdir:/nowhere/"]\n\tpath = never\n');
  expect(await ask("user.name")).toEqual(["Ada", true]);
  expect(await ask("user.name")).toEqual(["Ada", false]);
  await write("more", "[user]\n\tname = Grace\n[include]\n\tpath = ~/most\n");
  expect(await ask("user.name")).toEqual(["Grace", true]);
  await write("most", "[user]\n\tname = Edsger\n");
  expect(await ask("user.name")).toEqual(["Edsger", true]);
  await repository.git("config", "core.ignoreCase", "true");
  expect(await ask("core.ignorecase")).toEqual(["true", true]);
  expect(await ask("user.name")).toEqual(["Edsger", false]);
  // The set of files depends on more than files, so git is asked each time.
  await write("most", '[includeIf "onbranch:main"]\n\tpath = branch\n');
  await write("branch", "[user]\n\tname = Barbara\n");
  expect(await ask("user.name")).toEqual(["Barbara", true]);
  expect(await ask("user.name")).toEqual(["Barbara", true]);
});

it("does not cache a file written just now: a second write could look the same", async () => {
  await using asker = await createAsker(0);
  const { repository, time, ask } = asker;
  // A clock that shows the moment of the file's last write, however long the test takes.
  time.ahead = -60_000;
  await repository.git("config", "user.name", "Ada");
  expect(await ask("user.name")).toEqual(["Ada", true]);
  expect(await ask("user.name")).toEqual(["Ada", true]);
  time.ahead = 60_000;
  expect(await ask("user.name")).toEqual(["Ada", true]);
  expect(await ask("user.name")).toEqual(["Ada", false]);
});

it("does not read again because another entry of the repository's folder changed", async () => {
  await using asker = await createAsker();
  const { repository, git, ask } = asker;
  await git.dirs(repository.path);
  await repository.write({ "new.txt": "1" });
  await repository.git("add", "--all");
  expect(await ask("user.name")).toEqual(["Test Person", false]);
  await rename(join(repository.path, ".git"), join(repository.path, "was"));
  await cp(join(repository.path, "was"), join(repository.path, ".git"), { recursive: true, preserveTimestamps: true });
  expect(await ask("user.name")).toEqual(["Test Person", true]);
});

it("reports the programs of the repository's own settings only", async () => {
  await using asker = await createAsker();
  const { repository, git, write } = asker;
  await write(".gitconfig", "[core]\n\teditor = theirs\n");
  await repository.git("config", "core.pager", "own");
  await repository.git("config", "filter.x\u2028y.clean", "filter");
  await repository.git("config", "pager.log", "");
  const found = (await git.programSettings(repository.path)).map(({ key, value }) => [key, value]);
  expect(found).toEqual([
    ["core.pager", "own"],
    ["filter.x\u2028y.clean", "filter"],
    ["pager.log", ""],
  ]);
  expect((await git.probe(repository.path)).disabledFilters).toEqual(["x\u2028y"]);
});

it("S9 disables every hook defined in settings, including the person's", async () => {
  await using asker = await createAsker();
  const { repository, git, write } = asker;
  await write(".gitconfig", '[hook "mine"]\n\tevent = reference-transaction\n\tcommand = mine\n');
  await repository.git("config", "hook.a.b.command", "own");
  await repository.git("config", "hook.late.event", "post-checkout");
  await repository.git("config", "hook.late.enabled", "true");
  for (const name of ["mine", "a.b", "late"])
    expect((await git.read(repository.path, ["config", "--get", `hook.${name}.enabled`])).text).toBe("false");
  expect((await git.probe(repository.path)).overrides).toHaveLength(3);
});
