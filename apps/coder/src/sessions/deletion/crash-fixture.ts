import { existsSync, readdirSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { listTrash } from "@boocode/db/stores/sessions/trash-store";
import { listWorktrees } from "@boocode/db/stores/worktree-store";
import { insertSession, listSessions } from "@boocode/db/stores/sessions/session-store";
import { SessionId } from "@boocode/shared/ids";
import { buildSession } from "@boocode/shared/testing/build";
import { forgetWritten } from "@boocode/testkit/faults/fault-scene";
import { crashAtEveryPoint } from "@boocode/testkit/failpoints";
import { recordFault } from "@boocode/testkit/record-fault";
import { runGit, writeFiles } from "@boocode/testkit/repo-builder";
import { expect } from "vitest";
import { crashAt, createDeletionSetup, UNFORCED, type DeletionSetup } from "./deletion-fixture.ts";

/** Which failpoints count. */
export type IsWanted = (name: string) => boolean;

const EXPECTED = ["delete.intended", "delete.stopped", "delete.pinned", "delete.recorded", "delete.copy", "delete.unlock", "delete.move"];

async function work(path: string): Promise<void> {
  await writeFiles(path, { "a.txt": "staged\n", "new.txt": "untracked\n", ".gitignore": "*.log\n", "x.log": "ignored\n" });
  await runGit(path, ["add", "a.txt"]);
  await writeFile(join(path, "a.txt"), "staged, then changed\n");
  await mkdir(join(path, "empty"));
  await symlink("nowhere", join(path, "link"));
}

async function begin(setup: DeletionSetup): Promise<string> {
  await setup.use(setup.sessionId);
  return (await setup.worktrees.ensure(setup.sessionId)).path;
}

/** W6, F31: a forced deletion that dies leaves the session whole, or whole in the trash. */
export async function crashForcedDeletion(isWanted: IsWanted): Promise<void> {
  await using setup = await createDeletionSetup();
  const { sessionId } = setup;
  const path = await begin(setup);
  await work(path);
  const before = await setup.describe(path, sessionId);
  const ends = new Set<string>();
  const names = await crashAtEveryPoint(async (place) => {
    const name = await crashAt(place, isWanted, (failpoint) => setup.force(setup.open({ failpoint }), sessionId));
    const run = setup.open();
    await run.recover();
    const [entry] = await run.trash.list();
    ends.add(entry ? "in the trash" : "whole");
    if (entry) await run.trash.restore(entry.id);
    expect(await setup.describe(path, sessionId), `after a crash at ${name}`).toEqual(before);
    expect(existsSync(join(dirname(path), ".trash")) ? readdirSync(join(dirname(path), ".trash")) : []).toEqual([]);
    return name;
  });
  expect(names).toEqual(expect.arrayContaining([...EXPECTED, "delete.unregister", "delete.branch", "delete.done"]));
  expect(ends).toEqual(new Set(["whole", "in the trash"]));
  recordFault({ fault: "F31", repetitions: names.length, bytesLost: 0, leakedHandles: 0 });
}

/** W6, F31: a safe deletion goes on after a crash, and a restore that dies is finished. */
export async function crashDeletionAndRestore(isWanted: IsWanted): Promise<void> {
  await using setup = await createDeletionSetup();
  const { sessionId } = setup;
  const path = await begin(setup);
  const before = await setup.describe(path, sessionId);
  const restored: string[] = [];
  const names = await crashAtEveryPoint(async (place) => {
    const name = await crashAt(place, isWanted, (failpoint) => setup.open({ failpoint }).deletion.delete(sessionId, UNFORCED));
    const run = setup.open();
    await run.recover();
    const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
    expect((await setup.describe(path, sessionId)).folder).toBeNull();
    const step = await crashAt(place, isWanted, (failpoint) => setup.open({ failpoint }).trash.restore(trashId!));
    if (step !== null) restored.push(step);
    await setup.open().recover();
    if ((await setup.open().trash.list()).length > 0) await setup.open().trash.restore(trashId!);
    expect(await setup.describe(path, sessionId), `after crashes at ${name} and ${step}`).toEqual(before);
    return name;
  });
  recordFault({ fault: "F31", repetitions: names.length + restored.length, bytesLost: 0 });
  expect(names).toEqual(expect.arrayContaining(EXPECTED));
  expect(restored).toEqual(
    expect.arrayContaining(["restore.recorded", "restore.move", "restore.register", "restore.drop_copy", "restore.done"]),
  );
}

/** F31: a purge and an expiry that die are finished. */
export async function crashExpiryAndPurge(isWanted: IsWanted): Promise<void> {
  await using setup = await createDeletionSetup();
  const { db, repository } = setup;
  const far = () => Date.now() + 31 * 24 * 60 * 60 * 1_000;
  const passed: string[] = [];
  const names = await crashAtEveryPoint(async (place) => {
    const sessionId = SessionId.parse(`session-purged-${place}`);
    await db.write("full", (tx) => insertSession(tx, buildSession({ id: sessionId })));
    await setup.use(sessionId);
    const { path } = await setup.worktrees.ensure(sessionId);
    await work(path);
    const tree = await runGit(path, ["write-tree"]);
    const { trashId } = await setup.force(setup.open(), sessionId);
    const expiring = await crashAt(place, isWanted, async (failpoint) => {
      const { trash } = setup.open({ failpoint, now: far });
      await trash.expire();
      await trash.expire();
    });
    if (expiring !== null) passed.push(expiring);
    const later = setup.open({ now: far });
    await later.trash.expire();
    await later.trash.expire();
    expect(await later.trash.list()).toMatchObject([{ holds: "refs" }]);
    expect(existsSync(join(dirname(path), ".trash", trashId!, "worktree"))).toBe(false);
    await later.trash.restore(trashId!);
    expect(await runGit(path, ["write-tree"])).toBe(tree);
    expect(await runGit(path, ["status", "--porcelain"])).toBe("MM a.txt\n?? .gitignore\n?? link\n?? new.txt");
    const again = await setup.force(later, sessionId);
    const name = await crashAt(place, isWanted, (failpoint) => setup.open({ failpoint }).trash.purge(again.trashId!));
    await setup.open().recover();
    if ((await listTrash(db.read)).length > 0) await setup.open().trash.purge(again.trashId!);
    forgetWritten(path);
    expect(await repository.git("for-each-ref", "refs/boocode")).toBe("");
    expect(readdirSync(join(dirname(path), ".trash"))).toEqual([]);
    expect(await listWorktrees(db.read)).toEqual([]);
    expect((await listSessions(db.read, { includeArchived: true })).map(({ id }) => id)).not.toContain(sessionId);
    await rm(join(setup.folder, "checkpoints"), { recursive: true, force: true });
    return name;
  });
  expect(passed).toContain("expire.recorded");
  expect(names).toEqual(expect.arrayContaining(["purge.folder", "purge.refs", "purge.checkpoints", "purge.events", "purge.done"]));
}
