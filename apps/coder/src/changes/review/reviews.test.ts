import { type ChangeId, CommentId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { Reviews } from "./reviews.ts";

const line = { side: "new", line: 1, quote: "b", text: "Why?" } as const;

it("a viewed change is viewed as long as its content stays, and only in its session", async () => {
  await using setup = await createTurns({ "a.txt": "a\n" });
  const { sessionId, otherSessionId } = setup;
  const reviews = new Reviews({ ...setup, listStaged: async (id) => (await setup.stagedChanges.list(id)).map(({ row }) => row) });
  await setup.turn("qwen", () => setup.write({ "a.txt": "b\n", "b.txt": "b\n" }));
  const ids = (await setup.pending.list(sessionId)).map(({ id }) => id);
  for (const changeId of ids) await reviews.markViewed({ sessionId, changeId, viewed: true });
  expect(await reviews.listViewed(sessionId)).toEqual(ids.toSorted());
  expect(await reviews.listViewed(otherSessionId)).toEqual([]);
  await setup.turn("qwen", () => setup.write({ "a.txt": "c\n" }));
  expect(await reviews.listViewed(sessionId)).toEqual([ids[1]]);
  await reviews.markViewed({ sessionId, changeId: ids[1]!, viewed: false });
  expect(await reviews.listViewed(sessionId)).toEqual([]);
  const mark = (changeId: ChangeId) => reviews.markViewed({ sessionId, changeId, viewed: true });
  await expect(mark(ids[0]!)).rejects.toMatchObject({ fault: { kind: "change_not_found" } });
});

it("a comment keeps its line and its path after the file has changed, until it is removed", async () => {
  await using setup = await createTurns({ "a.txt": "a\n" });
  const { sessionId, otherSessionId } = setup;
  const reviews = new Reviews({ ...setup, listStaged: async (id) => (await setup.stagedChanges.list(id)).map(({ row }) => row) });
  await setup.turn("qwen", () => setup.write({ "a.txt": "b\n" }));
  const [change] = await setup.pending.list(sessionId);
  const comment = await reviews.comment({ sessionId, changeId: change!.id, ...line });
  expect(comment).toEqual({ ...line, id: comment.id, sessionId, changeId: change!.id, path: "a.txt", createdAt: setup.time.now() });
  await setup.turn("qwen", () => setup.write({ "a.txt": "c\n" }));
  expect(await reviews.listComments(sessionId)).toEqual([comment]);
  expect(await reviews.listComments(otherSessionId)).toEqual([]);
  const again = reviews.comment({ sessionId, changeId: change!.id, ...line });
  await expect(again).rejects.toMatchObject({ fault: { kind: "change_not_found" } });
  await expect(reviews.removeComment(otherSessionId, comment.id)).rejects.toMatchObject({ fault: { kind: "comment_not_found" } });
  await reviews.removeComment(sessionId, comment.id);
  expect(await reviews.listComments(sessionId)).toEqual([]);
  const gone = reviews.removeComment(sessionId, CommentId.parse(comment.id));
  await expect(gone).rejects.toMatchObject({ fault: { kind: "comment_not_found" } });
});
