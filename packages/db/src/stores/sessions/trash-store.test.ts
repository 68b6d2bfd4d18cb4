import { ProjectId, TrashId } from "@boocode/shared/ids";
import { BUILT_IDS, buildTrash } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { countTrashedChats, listChats } from "../chats/chat-store.ts";
import { deleteTrash, findTrash, findTrashOfSession, insertTrash, listDeletingSessions, listTrash, updateTrash } from "./trash-store.ts";

const { session, project, worktree } = BUILT_IDS;

const record = (given: Parameters<typeof buildTrash>[0] = {}) => buildTrash({ worktreeId: worktree, beganAt: 2_000, ...given });

const moved = {
  path: "/worktrees/session-1",
  state: "live" as const,
  inode: "18446744073709551615",
  gitDirName: "session-1",
  tip: "1".repeat(40),
  head: { ref: null, oid: "2".repeat(40) },
  isPinned: true,
};

it("keeps a deletion from its beginning until it is forgotten", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("full", (tx) => insertTrash(tx, record()));
  expect(await findTrashOfSession(db.read, session)).toEqual(record());
  const patch = { state: "kept" as const, holds: "folder" as const, isForced: true, worktree: moved, deletedAt: 3_000, expiresAt: 9_000 };
  expect(await db.write("full", (tx) => updateTrash(tx, record().id, patch))).toEqual(record(patch));
  expect(await findTrash(db.read, record().id)).toEqual(record(patch));
  await db.write("full", (tx) => deleteTrash(tx, record().id));
  expect(await findTrash(db.read, record().id)).toBeNull();
  expect(await db.write("full", (tx) => updateTrash(tx, record().id, patch))).toBeNull();
});

it("knows the sessions on their way into the trash", async () => {
  const db = await scratchDatabase();
  await seed(db);
  expect([...(await listDeletingSessions(db.read))]).toEqual([]);
  await db.write("full", (tx) => insertTrash(tx, record()));
  expect([...(await listDeletingSessions(db.read))]).toEqual([session]);
  await db.write("full", (tx) => updateTrash(tx, record().id, { state: "kept", deletedAt: 3_000 }));
  expect([...(await listDeletingSessions(db.read))]).toEqual([]);
});

it("counts the chats of what is in the trash", async () => {
  const db = await scratchDatabase();
  await seed(db);
  expect([...(await countTrashedChats(db.read))]).toEqual([]);
  await db.write("full", (tx) => insertTrash(tx, record()));
  expect([...(await countTrashedChats(db.read))]).toEqual([[session, (await listChats(db.read, session)).length]]);
  expect(await listChats(db.read, session)).not.toEqual([]);
});

it("has one deletion for each session and each worktree", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("full", (tx) => insertTrash(tx, record()));
  const again = record({ id: TrashId.parse("trash-2") });
  await expect(db.write("full", (tx) => insertTrash(tx, { ...again, worktreeId: null }))).rejects.toThrow(/UNIQUE/);
  await expect(db.write("full", (tx) => insertTrash(tx, { ...again, sessionId: null }))).rejects.toThrow(/UNIQUE/);
  await db.write("full", (tx) => insertTrash(tx, { ...again, kind: "worktree", sessionId: null, worktreeId: null, beganAt: 1_000 }));
  expect((await listTrash(db.read, project)).map(({ id }) => id)).toEqual(["trash-1", "trash-2"]);
  expect(await listTrash(db.read, ProjectId.parse("nobody"))).toEqual([]);
});

it("keeps its session, its worktree and its project", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("full", (tx) => insertTrash(tx, record()));
  await expect(db.write("full", (tx) => tx.deleteFrom("sessions").where("id", "=", session).execute())).rejects.toThrow(/FOREIGN KEY/);
  await expect(db.write("full", (tx) => tx.deleteFrom("worktrees").where("id", "=", worktree).execute())).rejects.toThrow(/FOREIGN KEY/);
});
