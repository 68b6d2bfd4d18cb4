import { appendFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { faultOf, isThere, textOf, treesOf, type Turns } from "./restore-fixture.ts";

/** Ways in which an agent stops ignoring a file that the person has. */
const SHOWN: {
  name: string;
  files: Record<string, string>;
  prepare?: (setup: Turns) => Promise<unknown>;
  show: (setup: Turns) => Promise<unknown>;
}[] = [
  { name: "removes a .gitignore", files: { ".gitignore": "*.log\n" }, show: (setup) => rm(join(setup.worktree.path, ".gitignore")) },
  { name: "empties a .gitignore", files: { ".gitignore": "*.log\n" }, show: (setup) => setup.write({ ".gitignore": "" }) },
  {
    name: "removes a .gitignore in a folder",
    files: { "logs/.gitignore": "*\n!.gitignore\n" },
    show: (setup) => rm(join(setup.worktree.path, "logs/.gitignore")),
  },
  {
    name: "adds an exception",
    files: { ".gitignore": "logs/*\n" },
    show: (setup) => setup.write({ ".gitignore": "logs/*\n!logs/old.log\n" }),
  },
  {
    name: "changes the repository's exclude file",
    files: {},
    prepare: ({ repository }) => appendFile(join(repository.path, ".git", "info", "exclude"), "*.log\n"),
    show: ({ repository }) => writeFile(join(repository.path, ".git", "info", "exclude"), ""),
  },
];

describe.each(SHOWN)("restoreTurn of a turn that $name", ({ files, prepare, show }) => {
  it("leaves alone what only appeared, and neither it nor any later look forgets or deletes it", async () => {
    await using setup = await createTurns({ "a.txt": "a\n", "logs/keep": "x\n", ...files });
    const { restore, pending, sessionId, worktrees, worktree } = setup;
    await prepare?.(setup);
    await setup.write({ "logs/old.log": "the person's\n" });
    // An earlier turn, so that what was noted is not the turn's own.
    await setup.record(await setup.turn("goose", () => setup.write({ "b.txt": "b\n" })));
    const turn = await setup.turn("qwen", async () => {
      await show(setup);
      await setup.write({ "a.txt": "qwen\n", "new.txt": "qwen\n" });
    });
    const taskId = await setup.record(turn);
    expect((await pending.list(sessionId)).map(({ path }) => path)).toContain("logs/old.log");
    const after = await treesOf(setup);

    const { restoreId, kept } = await restore.restore({ taskId });
    expect(kept).toEqual(["logs/old.log"]);
    expect(await textOf(setup, "logs/old.log")).toBe("the person's\n");
    expect([await textOf(setup, "a.txt"), await isThere(setup, "new.txt")]).toEqual(["a\n", false]);
    const heldOld = async () => {
      await pending.refresh(sessionId);
      return setup.repository.git("show", `${(await worktrees.find(sessionId))!.lastCheckpoint}:logs/old.log`);
    };
    expect(await heldOld()).toBe("the person's");
    await rm(join(setup.folder, "checkpoints", worktree.id, "index"));
    await setup.write({ "b.txt": "by hand\n" });
    expect(await heldOld()).toBe("the person's");
    await setup.write({ "b.txt": "b\n" });
    await restore.undo({ sessionId, restoreId });
    await pending.refresh(sessionId);
    expect(await treesOf(setup)).toEqual(after);
    expect(await textOf(setup, "logs/old.log")).toBe("the person's\n");
  });
});

it("restoreTurn leaves alone what was too big for the checkpoint before the turn", async () => {
  await using setup = await createTurns({ "a.txt": "a\n" });
  const { restore, worktree } = setup;
  const big = join(worktree.path, "data", "big.bin");
  await setup.write({ "data/big.bin": "" });
  await truncate(big, 51 * 1024 * 1024);
  const turn = await setup.turn("qwen", async () => {
    await truncate(big, 3);
    await setup.write({ "a.txt": "qwen\n", "data/new.txt": "new\n" });
  });
  expect(turn.before.leftOut).toEqual(["data/big.bin"]);
  expect(await restore.restore({ taskId: await setup.record(turn) })).toMatchObject({
    kept: ["data/big.bin"],
    paths: ["a.txt", "data/new.txt"],
  });
  expect([await textOf(setup, "data/big.bin"), await textOf(setup, "a.txt")]).toEqual(["\0\0\0", "a\n"]);
});

describe("restoreTurn and ignored files", () => {
  it("brings back a deleted file that is ignored by now, and holds it", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    const { restore, pending, sessionId, worktrees, worktree } = setup;
    await setup.record(await setup.turn("goose", () => setup.write({ "out/x.log": "goose\n" })));
    const turn = await setup.turn("qwen", async () => {
      await setup.write({ "out/.gitignore": "*.log\n" });
      await rm(join(worktree.path, "out/x.log"));
    });
    const taskId = await setup.record(turn);
    await setup.record(await setup.turn("pi", () => setup.write({ ".gitignore": "*.log\n" })));
    const after = await treesOf(setup);
    const { restoreId } = await restore.restore({ taskId });
    expect(await textOf(setup, "out/x.log")).toBe("goose\n");
    for (const lose of [async () => {}, () => rm(join(setup.folder, "checkpoints", worktree.id), { recursive: true })]) {
      await lose();
      await pending.refresh(sessionId);
      expect((await pending.list(sessionId)).map(({ path, agents }) => [path, agents])).toEqual([
        [".gitignore", ["pi"]],
        ["out/x.log", expect.anything()],
      ]);
      expect(await setup.repository.git("show", `${(await worktrees.find(sessionId))!.lastCheckpoint}:out/x.log`)).toBe("goose");
    }
    await restore.undo({ sessionId, restoreId });
    expect(await treesOf(setup)).toEqual(after);
  });

  it("removes a .gitignore that the turn made: what it hid is shown, kept, and still held when the rule is back", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    const { restore, pending, sessionId } = setup;
    const turn = await setup.turn("qwen", () => setup.write({ ".gitignore": "build/\n", "build/out": "made\n" }));
    const taskId = await setup.record(turn);
    expect((await pending.list(sessionId)).map(({ path }) => path)).toEqual([".gitignore"]);
    const { restoreId } = await restore.restore({ taskId });
    await pending.refresh(sessionId);
    expect((await pending.list(sessionId)).map(({ path }) => path)).toEqual(["build/out"]);
    await restore.undo({ sessionId, restoreId });
    await pending.refresh(sessionId);
    expect(await textOf(setup, "build/out")).toBe("made\n");
    const { disk, held } = await treesOf(setup);
    expect(held).toBe(disk);
  });
});

it("reject leaves alone what only appeared because a rule went, says so, and never forgets it", async () => {
  await using setup = await createTurns({ ".gitignore": "*.env\nbuild/\n", "a.txt": "a\n" });
  const { reject, pending, sessionId } = setup;
  await setup.write({ "own.env": "a secret of the person's\n" });
  await setup.turn("qwen", () => setup.write({ ".gitignore": "build/\n", "a.txt": "qwen\n", "new.txt": "new\n" }));
  const rows = await pending.list(sessionId);
  expect(rows.map(({ path }) => path)).toEqual([".gitignore", "a.txt", "new.txt", "own.env"]);
  const { rejectId, paths, kept } = await reject.reject({ sessionId, changeIds: rows.map(({ id }) => id) });
  expect([paths.toSorted(), kept]).toEqual([[".gitignore", "a.txt", "new.txt"], ["own.env"]]);
  expect(await isThere(setup, "new.txt")).toBe(false);
  // Alone, it is refused, also now that the rule is back.
  await pending.refresh(sessionId);
  const left = await pending.list(sessionId);
  expect(left.map(({ path }) => path)).toEqual(["own.env"]);
  expect(await faultOf(reject.reject({ sessionId, changeIds: left.map(({ id }) => id) }))).toMatchObject({
    kind: "edit_refused",
    path: "own.env",
  });
  expect(await textOf(setup, "own.env")).toBe("a secret of the person's\n");
  await reject.undo({ sessionId, rejectId });
  expect((await pending.list(sessionId)).map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});
