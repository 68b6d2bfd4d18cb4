import { mkdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { replacePendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { updateSession } from "@boocode/db/stores/sessions/session-store";
import { insertTask } from "@boocode/db/stores/chats/task-store";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import { ChangeId, ProjectId } from "@boocode/shared/ids";
import type { WorktreeBlock } from "@boocode/shared/worktrees/worktree-blocks";
import { BUILT_IDS, buildChat, buildTask } from "@boocode/shared/testing/build";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { measureFolder } from "./measure-folder.ts";
import { moveToTrash } from "../making/set-aside.ts";
import { createWorktreeSetup, type WorktreeSetup } from "../worktree-fixture.ts";
import { WorktreeInventory } from "./worktree-inventory.ts";

const CHANGE: PendingChange = {
  id: ChangeId.parse("chg_1"),
  sessionId: BUILT_IDS.session,
  path: "a.txt",
  operation: "modified",
  location: "worktree",
  agent: null,
  agents: [null],
  chatIds: [],
  taskIds: [],
  additions: 1,
  deletions: 1,
  binary: false,
  evidence: "inferred",
  state: "pending",
  stale: false,
};
const createInventory = (setup: WorktreeSetup) =>
  new WorktreeInventory({ ...setup, time: { elapsedMs: () => 0 }, worktreesDir: join(setup.folder, "worktrees") });
/** Reads again until everything asked for so far has been measured. */
async function whenMeasured<T extends { size: unknown }>({ feed }: WorktreeSetup, read: () => Promise<T[]>): Promise<T[]> {
  for (;;) {
    const told = Promise.withResolvers<void>();
    const stop = feed.onWorkspace(({ noun }) => noun === "worktrees" && told.resolve());
    const found = await read();
    if (found.every(({ size }) => size !== null)) return (stop(), found);
    await told.promise;
    stop();
  }
}
/** Reads again until the one worktree's blocks are told to be these. */
async function whenBlocked({ feed }: WorktreeSetup, inventory: WorktreeInventory, blocks: WorktreeBlock[]): Promise<void> {
  for (;;) {
    const told = Promise.withResolvers<void>();
    const stop = feed.onWorkspace(({ noun }) => noun === "worktrees" && told.resolve());
    const [entry] = await inventory.list();
    if (isDeepStrictEqual(entry!.blocks, blocks)) return stop();
    await told.promise;
    stop();
  }
}
const never = new AbortController().signal;

it("lists every worktree with its session, its state as it is now and, soon after, its size", async () => {
  await using setup = await createWorktreeSetup();
  const { sessionId, otherSessionId, worktrees } = setup;
  const inventory = createInventory(setup);
  const made = await worktrees.ensure(sessionId);
  const gone = await worktrees.ensure(otherSessionId);
  await writeFile(join(made.path, "big.bin"), Buffer.alloc(100_000, 1));
  await rm(gone.path, { recursive: true });
  const first = await inventory.list();
  expect(first.map(({ id, state, size, sessionTitle }) => ({ id, state, size, sessionTitle }))).toEqual(
    expect.arrayContaining([
      { id: made.id, state: "live", size: null, sessionTitle: "Ünïcode & more" },
      { id: gone.id, state: "missing", size: null, sessionTitle: "Ünïcode & more" },
    ]),
  );
  const measured = await whenMeasured(setup, () => inventory.list(made.projectId));
  expect(measured.find(({ id }) => id === made.id)?.size).toMatchObject({ isWhole: true, files: 4 });
  expect(measured.find(({ id }) => id === made.id)?.size?.bytes).toBeGreaterThan(99_999);
  expect(await inventory.list(ProjectId.parse("another"))).toEqual([]);
  await inventory.close();
});

it("says what speaks against removing each: tasks, changes, commits and files that are nowhere else", async () => {
  await using setup = await createWorktreeSetup();
  const { db, sessionId, otherSessionId, worktrees, repository } = setup;
  await using inventory = Object.assign(createInventory(setup), { [Symbol.asyncDispose]: () => inventory.close() });
  const busy = await worktrees.ensure(sessionId);
  const bare = await worktrees.ensure(otherSessionId);
  await db.write("full", async (tx) => {
    await insertChat(tx, buildChat());
    await insertTask(tx, buildTask({ state: "queued" }));
    await updateSession(tx, otherSessionId, { archived: true });
  });
  await repository.git("-C", busy.path, "commit", "--quiet", "--allow-empty", "-m", "Only here");
  await writeFile(join(busy.path, "a.txt"), "by hand\n");
  await writeFile(join(busy.path, "big.bin"), "");
  await truncate(join(busy.path, "big.bin"), 60 * 1024 * 1024);
  const held = await worktrees.checkpointIdle(busy, { author: null, isIdle: async () => true });
  expect(held?.leftOut).toEqual(["big.bin"]);
  await db.write("full", (tx) => replacePendingChanges(tx, sessionId, [CHANGE]));
  const entries = await whenMeasured(setup, () => inventory.list());
  expect(Object.fromEntries(entries.map(({ id, blocks }) => [id, blocks]))).toEqual({
    [busy.id]: [
      { kind: "tasks", count: 1 },
      { kind: "changes", count: 1 },
      { kind: "commits", count: 1 },
      { kind: "left_out", count: 1 },
      { kind: "open_session" },
    ],
    [bare.id]: [],
  });
  await repository.git("update-ref", "-d", `refs/heads/${bare.branch}`);
  const later = Object.assign(createInventory(setup), { [Symbol.asyncDispose]: () => later.close() });
  await using _ = later;
  expect((await whenMeasured(setup, () => later.list())).find(({ id }) => id === bare.id)?.blocks).toEqual([{ kind: "unknown" }]);
});

it("counts files that were edited while no page looked, and says where they cannot be looked at", async () => {
  await using setup = await createWorktreeSetup({ "a.txt": "one\n", "b.txt": "two\n", ".gitignore": "*.log\n" });
  const { worktrees, sessionId } = setup;
  const { path } = await worktrees.ensure(sessionId);
  for (const name of ["a.txt", "new.txt", "noise.log"]) await writeFile(join(path, name), "by hand\n");
  await rm(join(path, "b.txt"));
  const inventory = createInventory(setup);
  await whenBlocked(setup, inventory, [{ kind: "changes", count: 3 }, { kind: "open_session" }]);
  await inventory.close();

  const failing = new WorktreeInventory({
    ...setup,
    time: { elapsedMs: () => 0 },
    worktreesDir: join(setup.folder, "worktrees"),
    worktrees: { leftOut: async () => ({ names: [], unfetched: [] }), listUnheld: () => Promise.reject(new Error("git failed")) },
  });
  await whenBlocked(setup, failing, [{ kind: "unknown" }, { kind: "open_session" }]);
  await failing.close();
});

it("counts commits on no branch that nobody saw being made", async () => {
  await using setup = await createWorktreeSetup();
  const { worktrees, sessionId, repository } = setup;
  const { path } = await worktrees.ensure(sessionId);
  const commit = (message: string) => repository.git("-C", path, "commit", "--quiet", "--allow-empty", "-m", message);
  await commit("On the branch");
  await repository.git("-C", path, "switch", "--quiet", "--detach", "HEAD~1");
  await commit("On none");
  const inventory = createInventory(setup);
  const [entry] = await whenMeasured(setup, () => inventory.list());
  expect(entry!.blocks).toContainEqual({ kind: "commits", count: 2 });
  await inventory.close();
});

it("lists what was put away when a worktree was made again, with its size", async () => {
  await using setup = await createWorktreeSetup();
  const inventory = createInventory(setup);
  expect(await inventory.setAside()).toEqual([]);
  const worktreesDir = join(setup.folder, "worktrees");
  await mkdir(join(worktreesDir, "ses_1"), { recursive: true });
  await writeFile(join(worktreesDir, "ses_1", "kept"), Buffer.alloc(50_000, 1));
  const path = await moveToTrash(worktreesDir, join(worktreesDir, "ses_1"));
  const [entry] = await whenMeasured(setup, () => inventory.setAside());
  expect(entry).toMatchObject({ path, size: { files: 1, isWhole: true } });
  expect(entry!.size!.bytes).toBeGreaterThanOrEqual(50_000);
  await inventory.close();
});

it("measures within bounds, follows no link, and ends when it is told to", async () => {
  await using folder = await createTempFolder();
  await mkdir(join(folder.path, "sub"));
  for (const name of ["a", "b", "sub/c"]) await writeFile(join(folder.path, name), "x");
  await symlink("/usr", join(folder.path, "link"));
  expect(await measureFolder(folder.path, never)).toMatchObject({ files: 4, isWhole: true });
  expect(await measureFolder(folder.path, never, 2)).toMatchObject({ isWhole: false });
  expect(await measureFolder(folder.path, AbortSignal.abort())).toEqual({ bytes: 0, files: 0, isWhole: false });
  expect(await measureFolder(join(folder.path, "nowhere"), never)).toEqual({ bytes: 0, files: 0, isWhole: false });
});
