import type { PendingChange } from "@boocode/shared/changes/pending-change";
import { AgentId, ChangeId, SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildChange as buildBareChange, buildSession } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { findPendingChanges, listNextPendingChanges, listPendingChanges, replacePendingChanges } from "./pending-change-store.ts";
import { insertSession } from "../sessions/session-store.ts";

const buildChange = (id: string, given: Partial<PendingChange> = {}) =>
  buildBareChange({ id: ChangeId.parse(id), path: `src/${id}.ts`, ...given });

it("replaces a session's changes and leaves those of others", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const elsewhere = SessionId.parse("session-2");
  const other = buildChange("other", { sessionId: elsewhere });
  await db.write("full", async (tx) => {
    await insertSession(tx, buildSession({ id: elsewhere }));
    await replacePendingChanges(tx, elsewhere, [other]);
    await replacePendingChanges(tx, BUILT_IDS.session, [buildChange("a"), buildChange("b")]);
  });
  const renamed = buildChange("c", {
    path: "src/a/neu.ts",
    previousPath: "src/a.ts",
    operation: "renamed",
    agent: null,
    agents: [AgentId.parse("opencode"), BUILT_IDS.agent],
    binary: true,
    stale: true,
  });
  await db.write("full", (tx) => replacePendingChanges(tx, BUILT_IDS.session, [buildChange("b"), renamed]));
  expect(await listPendingChanges(db.read, BUILT_IDS.session)).toEqual([renamed, buildChange("b")]);
  expect(await listPendingChanges(db.read, elsewhere)).toEqual([other]);
  expect(await findPendingChanges(db.read, renamed.sessionId, [ChangeId.parse("a"), renamed.id])).toEqual([renamed]);
});

it("holds more changes than one statement can bind", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const changes = Array.from({ length: 2_500 }, (_, index) => buildChange(`c${String(index).padStart(5, "0")}`));
  await db.write("full", (tx) => replacePendingChanges(tx, BUILT_IDS.session, changes));
  expect(await listPendingChanges(db.read, BUILT_IDS.session)).toEqual(changes);
});

it("reports a row that no longer parses", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("full", async (tx) => {
    await replacePendingChanges(tx, BUILT_IDS.session, [buildChange("a")]);
    await tx.updateTable("pending_changes").set({ agents: "[broken" }).execute();
  });
  await expect(listPendingChanges(db.read, BUILT_IDS.session)).rejects.toMatchObject({ fault: { kind: "storage_failed" } });
});

it("lists page by page, each change once, also where one path has two", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const all = ["a", "b", "c", "d", "e"].map((id) => buildChange(id, { path: id === "c" ? "src/b.ts" : `src/${id}.ts` }));
  await db.write("full", (tx) => replacePendingChanges(tx, BUILT_IDS.session, all));
  const pages: PendingChange[][] = [];
  do {
    const after = pages.at(-1)?.at(-1) ?? null;
    pages.push(await listNextPendingChanges(db.read, BUILT_IDS.session, { after, limit: 2 }));
  } while (pages.at(-1)!.length === 2);
  expect(pages.map((page) => page.map(({ id }) => id))).toEqual([["a", "b"], ["c", "d"], ["e"]]);
});

it("lets other work have its turn while it writes many", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const changes = Array.from({ length: 2_000 }, (_, index) => buildChange(`c${index}`));
  let turns = 0;
  const counting = { isDone: false };
  const count = () => {
    turns++;
    if (!counting.isDone) setImmediate(count);
  };
  setImmediate(count);
  await db.write("full", (tx) => replacePendingChanges(tx, BUILT_IDS.session, changes));
  counting.isDone = true;
  expect(turns).toBeGreaterThanOrEqual(19);
});
