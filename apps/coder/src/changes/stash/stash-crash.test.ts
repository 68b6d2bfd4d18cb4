import { expect, it } from "vitest";
import { crash, findThird } from "../edits/crash-fixture.ts";
import { buildCases, removeTemporaries, snapshot } from "../edits/edit-cases-fixture.ts";
import { createTurns } from "../turns-fixture.ts";

it("F4 killed at any point of stashing or of bringing a stash back, all is in the worktree or in the stash, and nothing is half", async () => {
  const cases = buildCases(2);
  await using setup = await createTurns(cases.files);
  const { worktree, sessionId, repository } = setup;
  const { path, projectId } = worktree;
  const inWorktree = (...argv: string[]) => repository.git("-C", path, ...argv);
  const clean = snapshot(path);
  cases.change(path);
  await setup.write({ "staged.txt": "staged\n" });
  await inWorktree("add", "staged.txt");
  const dirty = snapshot(path);
  const checkout = snapshot(repository.path);
  const names = new Set<string>();

  for (let at = 0; ; at++) {
    const taken = await crash(at, (failpoint) => setup.openEdits(failpoint).stashes.stash(sessionId));
    expect(findThird(snapshot(path), dirty, clean)).toEqual([]);
    removeTemporaries(path);
    await setup.openEdits(() => {}).recover();
    const isOut = snapshot(path).size === clean.size && !snapshot(path).has("staged.txt");
    expect(snapshot(path)).toEqual(isOut ? clean : dirty);
    // Whatever is not in the worktree is in a stash.
    if (!isOut) await setup.openEdits().stashes.stash(sessionId);
    expect(snapshot(path)).toEqual(clean);
    expect(await inWorktree("status", "--porcelain")).toBe("");
    const [stash] = await setup.stashes.list(projectId);
    expect(await repository.git("show", `refs/boocode/stash/${stash!.stashId}:staged.txt`)).toBe("staged");

    const { stashId } = stash!;
    const back = await crash(at, (failpoint) => setup.openEdits(failpoint).stashApply.apply({ stashId, sessionId }));
    expect(findThird(snapshot(path), dirty, clean)).toEqual([]);
    removeTemporaries(path);
    await setup.openEdits(() => {}).recover();
    if (snapshot(path).size === clean.size && !snapshot(path).has("staged.txt"))
      await setup.openEdits().stashApply.apply({ stashId, sessionId });
    expect(snapshot(path)).toEqual(dirty);
    expect(snapshot(repository.path)).toEqual(checkout);
    // Killed between the files and the index, what was staged is in the stash still.
    await inWorktree("add", "staged.txt");
    for (const each of await setup.stashes.list(projectId)) await setup.droppedStashes.drop(each.stashId);
    if (taken === null && back === null) break;
    names.add(taken ?? "done");
  }
  expect([...names]).toEqual(
    expect.arrayContaining([
      "stash.kept",
      "stash.unstaged",
      "edit.recorded",
      "edit.temporaries",
      "edit.file.0",
      "edit.written",
      "edit.done",
    ]),
  );
});

it("F4 killed at any point of taking a stash back out, asking for it again brings back every file and the index", async () => {
  await using setup = await createTurns({ "a.txt": "one\n", "b.txt": "two\n" });
  const { worktree, sessionId, repository } = setup;
  const { path } = worktree;
  const inWorktree = (...argv: string[]) => repository.git("-C", path, ...argv);
  await setup.write({ "a.txt": "ONE\n", "b.txt": "TWO\n", "new.txt": "new\n" });
  await inWorktree("add", "a.txt", "new.txt");
  const { stashId } = await setup.stashes.stash(sessionId);
  const state = async () => [snapshot(path), await inWorktree("ls-files", "--stage"), await inWorktree("status", "--porcelain")];
  const before = await state();
  const names = new Set<string>();
  for (let at = 0; ; at++) {
    const { editId } = await setup.openEdits().stashApply.apply({ stashId: stashId!, sessionId });
    expect(await inWorktree("diff", "--cached", "--name-only")).toBe("a.txt\nnew.txt");
    const taken = await crash(at, (failpoint) => setup.openEdits(failpoint).stashApply.undo({ sessionId, editId }));
    removeTemporaries(path);
    await setup.openEdits(() => {}).recover();
    await setup.openEdits().stashApply.undo({ sessionId, editId });
    expect(await state()).toEqual(before);
    if (taken === null) break;
    names.add(taken);
  }
  expect([...names]).toEqual(expect.arrayContaining(["stash.unstaged", "edit.recorded", "edit.file.0", "edit.written", "edit.done"]));
});
