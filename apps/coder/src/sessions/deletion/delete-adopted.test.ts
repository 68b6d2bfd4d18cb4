import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { updateTask } from "@boocode/db/stores/chats/task-store";
import { findWorktree, listWorktrees } from "@boocode/db/stores/worktree-store";
import type { SessionId } from "@boocode/shared/ids";
import { TaskId } from "@boocode/shared/ids";
import { crashAtEveryPoint } from "@boocode/testkit/failpoints";
import { runGit } from "@boocode/testkit/repo-builder";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createAdopting } from "../../worktrees/adopting/adopting-fixture.ts";
import { describeFolder } from "../../worktrees/removal/trash-fixture.ts";
import { anyAct, carryOutAct } from "../../worktrees/removal/worktree-acts-fixture.ts";
import { WorktreeInventory } from "../../worktrees/upkeep/worktree-inventory.ts";
import { repairWorktree } from "../../worktrees/upkeep/worktree-repair.ts";
import { crashAt, createDeletionSetup, faultOf, UNFORCED } from "./deletion-fixture.ts";

/** A session in which something was asked, in a worktree that the person made. */
async function createSetup() {
  const setup = await createDeletionSetup();
  const adopting = createAdopting(setup);
  const mine = await adopting.addWorktree("mine");
  const gitDir = await mine.git("rev-parse", "--absolute-git-dir");
  /** Every byte of the worktree and of git's directory about it, and the person's refs. */
  const look = async () => ({
    folder: await describeFolder(mine.path),
    gitDir: await describeFolder(gitDir),
    refs: await setup.repository.git("for-each-ref", "refs/heads", "refs/stash", "refs/remotes", "refs/tags"),
    listed: await setup.repository.git("worktree", "list", "--porcelain"),
  });
  const begin = async (): Promise<SessionId> => {
    const sessionId = await adopting.adopt({ path: mine.path });
    await setup.use(sessionId);
    return sessionId;
  };
  return Object.assign(setup, adopting, { mine, look, begin });
}

it(
  "deleting a session releases its adopted worktree: folder, index, HEAD, operations and refs stay byte for byte, whatever was done",
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAct, { minLength: 1, maxLength: 10 }), fc.boolean(), async (acts, purges) => {
        await using setup = await createSetup();
        const { mine, find, repository, worktrees } = setup;
        await repository.git("branch", "theirs");
        for (const one of acts.slice(1)) await carryOutAct(mine.path, one);
        const sessionId = await setup.begin();
        await carryOutAct(mine.path, acts[0]!);
        await worktrees.ensure(sessionId);
        const before = await setup.look();
        const run = setup.open();
        const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
        expect(await setup.look()).toEqual(before);
        await (purges ? run.trash.purge(trashId!) : run.trash.restore(trashId!));
        expect(await setup.look()).toEqual(before);
        const { path = null, state = null } = (await find(sessionId)) ?? {};
        expect([path, state]).toEqual(purges ? [null, null] : [mine.path, "live"]);
        expect((await repository.git("for-each-ref", "refs/boocode")) === "").toBe(purges);
        expect(existsSync(join(dirname(mine.path), ".trash"))).toBe(false);
      }),
      { numRuns: 3 },
    );
  },
);

it("nothing needs force: neither files, commits, a rebase nor a program of the person's in it", async () => {
  await using setup = await createSetup();
  const { mine, begin } = setup;
  const sessionId = await begin();
  await mine.git("commit", "--quiet", "--allow-empty", "--message", "Only here");
  await mine.git("checkout", "--quiet", "--detach");
  await mine.git("commit", "--quiet", "--allow-empty", "--message", "On no branch");
  await mine.write({ "a.txt": "mine\n", "new.txt": "mine\n", ".env": "KEY=1\n" });
  const run = setup.open();
  const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
  expect(await run.trash.list()).toMatchObject([{ id: trashId, holds: "released", isForced: false, size: null, branch: "mine" }]);
});

it("a running turn and staged edits still ask, because they are the session's", async () => {
  await using setup = await createSetup();
  const sessionId = await setup.begin();
  await setup.db.write("full", (tx) => updateTask(tx, TaskId.parse("task-1"), { state: "queued", endedAt: null }));
  const run = setup.open();
  const fault = await faultOf(run.deletion.delete(sessionId, UNFORCED));
  expect(fault).toMatchObject({ kind: "work_at_risk", reports: [{ runningTasks: 1, dirty: false, path: setup.mine.path }] });
});

it("a deletion that dies anywhere has touched nothing of an adopted worktree", async () => {
  await using setup = await createSetup();
  const { mine, begin, find } = setup;
  const sessionId = await begin();
  await mine.write({ "a.txt": "mine\n", "new.txt": "mine\n" });
  const before = await setup.look();
  const names = await crashAtEveryPoint(async (place) => {
    const name = await crashAt(
      place,
      (point) => /^(delete|restore)\./.test(point),
      async (failpoint) => {
        const run = setup.open({ failpoint });
        const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
        await run.trash.restore(trashId!);
      },
    );
    const run = setup.open();
    await run.recover();
    for (const { id } of await run.trash.list()) await run.trash.restore(id);
    expect(await find(sessionId), `after a crash at ${name}`).toMatchObject({ state: "live", path: mine.path });
    expect(await setup.look(), `after a crash at ${name}`).toEqual(before);
    return name;
  });
  expect(names).toEqual(expect.arrayContaining(["delete.intended", "delete.stopped", "delete.done", "restore.recorded", "restore.done"]));
});

it("a released worktree is free: another session has it, and then the first does not come back without it", async () => {
  await using setup = await createSetup();
  const first = await setup.begin();
  const run = setup.open();
  const { trashId } = await run.deletion.delete(first, UNFORCED);
  const second = await setup.begin();
  expect(await faultOf(run.trash.restore(trashId!))).toMatchObject({
    kind: "trash_not_restorable",
    reason: expect.stringContaining("mine"),
  });
  expect((await setup.find(second))?.state).toBe("live");
  await run.deletion.delete(second, UNFORCED);
  await run.trash.restore(trashId!);
  expect((await setup.find(first))?.state).toBe("live");
});

it("an adopted worktree that the person moved is missing, is never made again, and comes back where it was", async () => {
  await using setup = await createSetup();
  const { mine, begin, db, find, folder, git, feed, worktrees } = setup;
  const sessionId = await begin();
  await rename(mine.path, `${mine.path}-away`);
  const repairing = { ...setup, installId: "install-1" };
  for (const from of ["branch", "checkpoint", "folder"] as const)
    expect(await faultOf(repairWorktree(repairing, { sessionId, from }))).toMatchObject({ kind: "worktree_not_repairable" });
  expect(existsSync(mine.path)).toBe(false);
  const run = setup.open();
  const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
  await run.trash.restore(trashId!);
  expect((await find(sessionId))?.state).toBe("missing");
  await rename(`${mine.path}-away`, mine.path);
  expect(await repairWorktree(repairing, { sessionId, from: "folder" })).toMatchObject({ state: "live", path: mine.path });
  const inventory = new WorktreeInventory({
    db,
    git,
    feed,
    time: { elapsedMs: () => 0 },
    worktrees,
    worktreesDir: join(folder, "worktrees"),
  });
  const [entry] = await inventory.list();
  await inventory.close();
  expect(entry).toMatchObject({ path: mine.path, adopted: "worktree", blocks: expect.arrayContaining([{ kind: "not_ours" }]) });
});

it("a session on the person's branch goes with BooCode's folder, and its branch stays, also where everything is merged", async () => {
  await using setup = await createSetup();
  const { adopt, repository, worktrees, use, db } = setup;
  await repository.git("branch", "feature");
  const sessionId = await adopt({ branch: "feature" });
  await use(sessionId);
  const made = await worktrees.ensure(sessionId);
  const run = setup.open();
  const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
  expect(existsSync(made.path)).toBe(false);
  expect(await repository.git("branch", "--list", "feature")).toContain("feature");
  await run.trash.restore(trashId!);
  expect(await runGit(made.path, ["status", "--porcelain", "--branch"])).toBe("## feature");

  // Commits are safe on a branch that stays; files are not.
  await runGit(made.path, ["commit", "--quiet", "--allow-empty", "--message", "Kept by the branch"]);
  const tip = await repository.git("rev-parse", "feature");
  await writeFile(join(made.path, "new.txt"), "only here\n");
  expect(await faultOf(run.deletion.delete(sessionId, UNFORCED))).toMatchObject({
    kind: "work_at_risk",
    reports: [{ untracked: 1, unmerged: 0, commits: [] }],
  });
  const again = await setup.force(run, sessionId);
  await run.trash.purge(again.trashId!);
  expect(await repository.git("rev-parse", "feature")).toBe(tip);
  expect(await findWorktree(db.read, made.id)).toBeNull();
  expect((await listWorktrees(db.read)).map(({ branch }) => branch)).not.toContain("feature");
});
