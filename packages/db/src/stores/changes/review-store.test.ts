import type { LineComment } from "@boocode/shared/changes/review/line-comment";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import { ChangeId, CommentId } from "@boocode/shared/ids";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { replacePendingChanges } from "./pending-change-store.ts";
import { deleteComments, insertComment, listComments, listViewed, putViewed } from "./review-store.ts";

const sessionId = BUILT_IDS.session;
const buildChange = (id: ChangeId): PendingChange => ({
  id,
  sessionId,
  path: id,
  operation: "modified",
  location: "worktree",
  agent: null,
  agents: [null],
  chatIds: [],
  taskIds: [],
  additions: 1,
  deletions: 0,
  binary: false,
  evidence: "inferred",
  state: "pending",
  stale: false,
});

it("knows which pending changes are viewed: a mark without its content counts no more, and the oldest go", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const ids = ["chg_a", "chg_b", "chg_c"].map((id) => ChangeId.parse(id));
  const [a, b, c] = ids as [ChangeId, ChangeId, ChangeId];
  const mark = (changeId: ChangeId, viewedAt: number | null) =>
    db.write("normal", (tx) => putViewed(tx, { sessionId, changeId, viewedAt, most: 2 }));
  await db.write("normal", (tx) => replacePendingChanges(tx, sessionId, ids.map(buildChange)));
  for (const [place, id] of ids.entries()) await mark(id, place);
  expect(await listViewed(db.read, sessionId)).toEqual([b, c]);
  await mark(b, 9);
  await mark(a, 10);
  expect(await listViewed(db.read, sessionId)).toEqual([a, b]);
  await mark(a, null);
  expect(await listViewed(db.read, sessionId)).toEqual([b]);
  await db.write("normal", (tx) => replacePendingChanges(tx, sessionId, [buildChange(c)]));
  expect(await listViewed(db.read, sessionId)).toEqual([]);
});

it("keeps comments in order until they are removed", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const comment = (id: string, createdAt: number): LineComment => ({
    id: CommentId.parse(id),
    sessionId,
    changeId: ChangeId.parse("chg_a"),
    path: "a.txt",
    side: "new",
    line: 3,
    quote: "a line",
    text: "Why?",
    createdAt,
  });
  const [later, earlier] = [comment("cmt_1", 2), comment("cmt_2", 1)];
  await db.write("full", async (tx) => {
    await insertComment(tx, later);
    await insertComment(tx, earlier);
  });
  expect(await listComments(db.read, sessionId)).toEqual([earlier, later]);
  const remove = () => db.write("full", (tx) => deleteComments(tx, sessionId, [earlier.id, CommentId.parse("cmt_3")]));
  expect([await remove(), await remove(), await listComments(db.read, sessionId)]).toEqual([[earlier.id], [], [later]]);
});
