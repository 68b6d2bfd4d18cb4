import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { faultOf, textOf } from "./restore-fixture.ts";

const ALLOW = ["-c", "protocol.file.allow=always", "-c", "user.name=x", "-c", "user.email=x@x"];

/** A session whose worktree has a submodule, which a turn moves to a new commit; it edits a file, too, if told to. */
async function createMovedByTurn({ alsoEdits }: { alsoEdits: boolean }) {
  await using library = await createRepository({ "lib.txt": "one\n" });
  const setup = await createTurns({ "a.txt": "a\n" });
  const { repository, worktree } = setup;
  const git = (...argv: string[]) => repository.git("-C", worktree.path, ...ALLOW, ...argv);
  await git("submodule", "--quiet", "add", library.path, "vendor");
  await git("commit", "--quiet", "--message", "With a submodule");
  await setup.capture(setup.sessionId);
  const head = () => git("-C", "vendor", "rev-parse", "HEAD");
  const moveOn = async (text: string) => {
    await writeFile(join(worktree.path, "vendor/lib.txt"), text);
    await git("-C", "vendor", "commit", "--quiet", "--all", "-m", "Moved on");
    return head();
  };
  const before = await head();
  const turn = await setup.turn("qwen", async () => {
    await moveOn("two\n");
    if (alsoEdits) await setup.write({ "a.txt": "b\n" });
  });
  return Object.assign(setup, { taskId: await setup.record(turn), head, moveOn, before });
}

it("moves a submodule that a turn moved back to its commit, and forward again with the undo", async () => {
  await using setup = await createMovedByTurn({ alsoEdits: true });
  const { restore, taskId, sessionId } = setup;
  const after = await setup.head();
  const { restoreId, paths, kept } = await restore.restore({ taskId });
  expect({ paths: paths.toSorted(), kept }).toEqual({ paths: ["a.txt", "vendor"], kept: [] });
  expect(await setup.head()).toBe(setup.before);
  expect(await textOf(setup, "vendor/lib.txt")).toBe("one\n");
  expect(await textOf(setup, "a.txt")).toBe("a\n");
  await restore.undo({ sessionId, restoreId });
  expect(await setup.head()).toBe(after);
  expect(await textOf(setup, "vendor/lib.txt")).toBe("two\n");
});

it("asks before it moves a submodule back that was moved on later, and keeps the later commit", async () => {
  await using setup = await createMovedByTurn({ alsoEdits: false });
  const { restore, taskId, sessionId } = setup;
  const later = await setup.moveOn("three\n");
  await setup.capture(sessionId);
  const asked = await faultOf(restore.restore({ taskId }));
  expect(asked).toMatchObject({ kind: "later_work", paths: ["vendor"] });
  expect(await setup.head()).toBe(later);
  const { restoreId } = await restore.restore({ taskId, consent: asked!.consent });
  expect(await setup.head()).toBe(setup.before);
  await restore.undo({ sessionId, restoreId });
  expect(await setup.head()).toBe(later);
});

it("leaves a submodule with changes of its own alone, by name, and takes back the rest", async () => {
  await using setup = await createMovedByTurn({ alsoEdits: true });
  const { restore, taskId, worktree } = setup;
  const after = await setup.head();
  await writeFile(join(worktree.path, "vendor/lib.txt"), "not committed\n");
  expect(await restore.restore({ taskId })).toMatchObject({ paths: ["a.txt"], kept: ["vendor"] });
  expect(await setup.head()).toBe(after);
  expect(await readFile(join(worktree.path, "vendor/lib.txt"), "utf8")).toBe("not committed\n");
});

it("says what is left alone if that is all that the turn changed", async () => {
  await using setup = await createMovedByTurn({ alsoEdits: false });
  const { restore, taskId, worktree } = setup;
  await writeFile(join(worktree.path, "vendor/lib.txt"), "not committed\n");
  expect(await faultOf(restore.restore({ taskId }))).toEqual({
    kind: "turn_not_restorable",
    taskId,
    reason: "Nothing that it changed is left to be taken back, except vendor, which is left alone",
  });
});
