import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createTurns } from "./turns-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

/** The gits that are started by a turn, as the runner takes it, in alphabetical order where they run at the same time. */
async function gitsOf(setup: Turns, work: () => Promise<unknown>): Promise<string[]> {
  setup.started.length = 0;
  await setup.turn("qwen", work);
  return [...setup.started];
}

/** A checkpoint of changed files. */
const HOLDING = ["status", "update-index", "write-tree", "commit-tree", "update-ref"];

it("starts no more gits than it must: two for a turn that changes nothing, seven for one that changes files", async () => {
  await using setup = await createTurns();
  // What is kept is found out by the first turns.
  await gitsOf(setup, () => setup.write({ "a.txt": "first\n" }));
  await gitsOf(setup, async () => {});
  expect(await gitsOf(setup, async () => {})).toEqual(["status", "status"]);
  expect(await gitsOf(setup, () => setup.write({ "a.txt": "second\n", "new.txt": "new\n" }))).toEqual(["status", ...HOLDING, "diff-tree"]);
  await setup.write({ "a.txt": "by hand\n" });
  expect(await gitsOf(setup, async () => {})).toEqual([...HOLDING, "status", "log", "diff-tree"]);
  expect(await gitsOf(setup, async () => {})).toEqual(["status", "status"]);
});

it("asks git for the settings again when a file they stand in has changed, and only then", async () => {
  await using setup = await createTurns();
  const { git, home, repository, started } = setup;
  const ask = async (key: string) => {
    started.length = 0;
    const found = (await git.settings(repository.path)).findLast((setting) => setting.key === key);
    return [found?.value, started.length > 0];
  };
  await repository.git("config", "--unset", "user.name");
  expect(await ask("user.name")).toEqual([undefined, true]);
  expect(await ask("user.name")).toEqual([undefined, false]);
  // A file that was not there, one that it brings in, one that this brings in, and the repository's own.
  await writeFile(
    join(home, ".gitconfig"),
    '[user]\n\tname = Ada\n[include]\n\tpath = more\n[includeIf "gitdir:/nowhere/"]\n\tpath = never\n',
  );
  expect(await ask("user.name")).toEqual(["Ada", true]);
  expect(await ask("user.name")).toEqual(["Ada", false]);
  await writeFile(join(home, "more"), "[user]\n\tname = Grace\n[include]\n\tpath = ~/most\n");
  expect(await ask("user.name")).toEqual(["Grace", true]);
  await writeFile(join(home, "most"), "[user]\n\tname = Edsger\n");
  expect(await ask("user.name")).toEqual(["Edsger", true]);
  await repository.git("config", "core.ignoreCase", "true");
  expect(await ask("core.ignorecase")).toEqual(["true", true]);
  expect(await ask("user.name")).toEqual(["Edsger", false]);
  // Which files these are depends on more than files: asked each time.
  await writeFile(join(home, "most"), '[includeIf "onbranch:main"]\n\tpath = branch\n');
  await writeFile(join(home, "branch"), "[user]\n\tname = Barbara\n");
  expect(await ask("user.name")).toEqual(["Barbara", true]);
  expect(await ask("user.name")).toEqual(["Barbara", true]);
});
