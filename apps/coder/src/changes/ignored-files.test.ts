import { appendFile, copyFile, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { describe, expect, it } from "vitest";
import { createTurns } from "./turns-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

const rowsOf = async ({ pending, sessionId }: Turns) =>
  (await pending.list(sessionId)).map(({ path, operation }) => `${operation} ${path}`);
const inOverlay = ({ folder, worktree }: Turns, ...names: string[]) => join(folder, "checkpoints", worktree.id, ...names);

/** Reads a file from the newest checkpoint. */
async function heldText({ repository, worktrees, sessionId }: Turns, path: string): Promise<string> {
  const { lastCheckpoint } = (await worktrees.find(sessionId)) as Worktree;
  return repository.git("show", `${lastCheckpoint}:${path}`);
}

/** Ways in which a file is ignored. */
const RULES: { name: string; ignore: (setup: Turns) => Promise<unknown> }[] = [
  { name: "a .gitignore in the root", ignore: (setup) => setup.write({ ".gitignore": "*.log\n" }) },
  { name: "a .gitignore in a folder", ignore: (setup) => setup.write({ "out/.gitignore": "*\n" }) },
  {
    name: "the repository's own exclude file",
    ignore: ({ repository }) => appendFile(join(repository.path, ".git", "info", "exclude"), "*.log\n"),
  },
  {
    name: "the exclude file that the repository's settings name",
    async ignore({ repository, folder }) {
      await writeFile(join(folder, "excludes"), "*.log\n");
      await repository.git("config", "core.excludesFile", join(folder, "excludes"));
    },
  },
  {
    name: "the person's exclude file",
    async ignore({ home }) {
      await mkdir(join(home, ".config", "git"), { recursive: true });
      await writeFile(join(home, ".config", "git", "ignore"), "*.log\n");
    },
  },
];

/** Ways in which our own index is lost. */
const LOSSES: { name: string; lose: (setup: Turns) => Promise<unknown> }[] = [
  { name: "nothing is lost", lose: async () => {} },
  { name: "our index is lost", lose: (setup) => rm(inOverlay(setup, "index")) },
  { name: "our index is broken", lose: (setup) => writeFile(inOverlay(setup, "index"), "broken") },
  {
    name: "our index is rebuilt, but not to the end",
    async lose(setup) {
      const { path, git } = setup.repository;
      const gitDir = await git("-C", setup.worktree.path, "rev-parse", "--git-dir");
      // The worktree's own index is what a rebuild begins with.
      await copyFile(join(path, gitDir.slice(gitDir.indexOf(".git")), "index"), inOverlay(setup, "index"));
      await writeFile(inOverlay(setup, "rebuilding"), "");
    },
  },
  { name: "our git directory is lost", lose: (setup) => rm(inOverlay(setup), { recursive: true }) },
];

describe.each(RULES)("a file that $name begins to ignore", ({ ignore }) => {
  it.each(LOSSES)("stays held, with what is written to it, where $name", async ({ lose }) => {
    await using setup = await createTurns({ "a.txt": "one\n", "out/base.log": "base\n" });
    await setup.turn("qwen", () => setup.write({ "out/own.log": "1\n", "out/gone.log": "x\n" }));
    await setup.turn("goose", async () => {
      await ignore(setup);
      await rm(join(setup.worktree.path, "out/gone.log"));
    });
    const hidden = ["added out/own.log"];
    expect((await rowsOf(setup)).filter((row) => !row.includes("gitignore"))).toEqual(hidden);
    await lose(setup);
    await setup.write({ "out/own.log": "2\n", "out/base.log": "base, edited\n" });
    await setup.pending.refresh(setup.sessionId);
    expect((await rowsOf(setup)).filter((row) => !row.includes("gitignore"))).toEqual(["modified out/base.log", ...hidden]);
    expect(await heldText(setup, "out/own.log")).toBe("2");
  });

  it("is found again where it was deleted and comes back", async () => {
    await using setup = await createTurns({ "a.txt": "one\n", "out/base.log": "base\n" });
    await setup.turn("qwen", () => rm(join(setup.worktree.path, "out/base.log")));
    expect(await rowsOf(setup)).toEqual(["deleted out/base.log"]);
    await setup.turn("goose", async () => {
      await ignore(setup);
      await setup.write({ "out/base.log": "goose\n" });
    });
    expect((await rowsOf(setup)).filter((row) => !row.includes("gitignore"))).toEqual(["modified out/base.log"]);
    expect(await heldText(setup, "out/base.log")).toBe("goose");
    expect((await setup.pending.list(setup.sessionId)).find(({ path }) => path === "out/base.log")!.agents).toEqual(["goose", "qwen"]);
  });

  it("is held where BooCode itself brings it back", async () => {
    await using setup = await createTurns({ "a.txt": "one\n" });
    await setup.turn("qwen", () => setup.write({ "out/own.log": "1\n", "keep.txt": "x\n" }));
    await setup.turn("goose", async () => {
      await ignore(setup);
      await rm(join(setup.worktree.path, "out/own.log"));
    });
    expect((await rowsOf(setup)).filter((row) => !row.includes("gitignore"))).toEqual(["added keep.txt"]);
    await setup.own(() => setup.write({ "out/own.log": "1\n" }), ["out/own.log"]);
    for (let look = 0; look < 2; look++) {
      expect((await rowsOf(setup)).filter((row) => !row.includes("gitignore"))).toEqual(["added keep.txt", "added out/own.log"]);
      await rm(inOverlay(setup), { recursive: true });
      await setup.write({ "a.txt": `look ${look}\n` });
      await setup.pending.refresh(setup.sessionId);
      await setup.own(() => setup.write({ "a.txt": "one\n" }));
    }
  });
});

it("looks for what is gone neither through a link nor in a nested repository", async () => {
  await using setup = await createTurns({ "a.txt": "one\n", "dir/x.txt": "x\n", "sub/y.txt": "y\n" });
  const { worktree, repository, pending, sessionId } = setup;
  const at = (path: string) => join(worktree.path, path);
  await setup.turn("qwen", async () => {
    await rename(at("dir"), at("moved"));
    await symlink("moved", at("dir"));
    await rm(at("sub"), { recursive: true });
  });
  const git = (...argv: string[]) => repository.git("-C", at("sub"), ...argv);
  await setup.turn("goose", async () => {
    await setup.write({ "sub/y.txt": "not ours\n", "a.txt": "goose\n" });
    await repository.git("init", "--quiet", at("sub"));
    await git("add", "--all");
    await git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "x");
  });
  expect(await rowsOf(setup)).toEqual(["modified a.txt", "added dir", "renamed moved/x.txt", "added sub", "deleted sub/y.txt"]);
  expect(await pending.leftOut(sessionId)).toEqual([]);
  await rm(at("sub"), { recursive: true });
  await rm(inOverlay(setup, "index"));
  await pending.refresh(sessionId);
  expect(await rowsOf(setup)).toEqual(["modified a.txt", "added dir", "renamed moved/x.txt", "deleted sub/y.txt"]);
  expect(await pending.leftOut(sessionId)).toEqual([]);
});

it("keeps what a removed rule shows, also when the rule returns", async () => {
  await using setup = await createTurns({ "a.txt": "one\n", ".gitignore": "*.log\n" });
  await setup.write({ "hidden.log": "by the person\n" });
  await setup.turn("qwen", () => rm(join(setup.worktree.path, ".gitignore")));
  expect(await rowsOf(setup)).toEqual(["deleted .gitignore", "added hidden.log"]);
  await setup.own(() => setup.write({ ".gitignore": "*.log\n" }), [".gitignore"]);
  await rm(inOverlay(setup, "index"));
  await setup.write({ "hidden.log": "edited by the person\n" });
  await setup.pending.refresh(setup.sessionId);
  expect(await heldText(setup, "hidden.log")).toBe("edited by the person");
});

it("a file that is gone is found when it comes back, also after an apply that failed", async () => {
  await using setup = await createTurns({ "a.txt": "one\n", "out/base.log": "base\n" });
  const { sessionId, pending, worktree } = setup;
  await setup.turn("qwen", async () => {
    await setup.write({ ".gitignore": "*.log\n" });
    await rm(join(worktree.path, "out/base.log"));
  });
  const changeIds = (await pending.list(sessionId)).map(({ id }) => id);
  const { apply } = setup.openEdits((name) => {
    if (name === "edit.temporaries") throw new Error("The disk is full");
  });
  await expect(apply.apply({ sessionId, changeIds })).rejects.toThrow("The disk is full");
  await setup.write({ "out/base.log": "back\n" });
  await pending.refresh(sessionId);
  expect(await rowsOf(setup)).toEqual(["added .gitignore", "modified out/base.log"]);
});
