import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { crash, findThird } from "../edits/crash-fixture.ts";
import { buildCases, removeTemporaries, snapshot } from "../edits/edit-cases-fixture.ts";
import { createTurns } from "../turns-fixture.ts";

// The process dies here, not the machine, so nothing needs to wait for a disk.
if (existsSync("/dev/shm")) process.env["TMPDIR"] = "/dev/shm";

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
    const back = await crash(at, (failpoint) => setup.openEdits(failpoint).stashes.apply({ stashId, sessionId }));
    expect(findThird(snapshot(path), dirty, clean)).toEqual([]);
    removeTemporaries(path);
    await setup.openEdits(() => {}).recover();
    if (snapshot(path).size === clean.size && !snapshot(path).has("staged.txt"))
      await setup.openEdits().stashes.apply({ stashId, sessionId });
    expect(snapshot(path)).toEqual(dirty);
    expect(snapshot(repository.path)).toEqual(checkout);
    await inWorktree("add", "staged.txt");
    for (const each of await setup.stashes.list(projectId)) await setup.stashes.drop(each.stashId);
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
