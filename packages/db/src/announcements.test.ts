import { SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildEvent, buildSession } from "@boocode/shared/testing/build";
import { expect, it, onTestFinished } from "vitest";
import { scratchFile, seed } from "../test/scratch-database.ts";
import type { CommitListener } from "./announcements.ts";
import { appendChatEvents, findLastSeq } from "./stores/chats/chat-event-store.ts";
import { openDatabase } from "./open-database.ts";
import { insertSession } from "./stores/sessions/session-store.ts";

const notice = buildEvent({ type: "notice", level: "info", text: "n" });
const other = SessionId.parse("session-2");

async function openHeard(listener?: Partial<CommitListener>) {
  const heard: string[] = [];
  const feed: CommitListener = {
    wake: (sessionId) => heard.push(`wake ${sessionId}`),
    changed: ({ noun, ids, sessionId }) => heard.push(`${noun} ${ids.join()} ${sessionId ?? "-"}`),
    ...listener,
  };
  const db = await openDatabase({ file: scratchFile(), feed });
  onTestFinished(() => db.close());
  await seed(db);
  await db.write("full", (tx) => insertSession(tx, buildSession({ id: other })));
  return { db, heard };
}

it("delivers announcements after the commit, before the write resolves, each journal once", async () => {
  const { db, heard } = await openHeard();
  await db.write("normal", async (tx, announce) => {
    announce.changed("tasks", ["t1", "t2"], BUILT_IDS.session);
    await appendChatEvents(tx, announce, BUILT_IDS.session, [notice]);
    await appendChatEvents(tx, announce, BUILT_IDS.session, [notice]);
    await appendChatEvents(tx, announce, other, [notice]);
    announce.changed("settings", []);
    announce.changed("worktrees", ["w"], null);
    expect(heard).toEqual([]);
  });
  expect(heard).toEqual([`wake ${BUILT_IDS.session}`, `wake ${other}`, `tasks t1,t2 ${BUILT_IDS.session}`, "settings  -", "worktrees w -"]);
});

it("delivers nothing for a write that is rolled back", async () => {
  const { db, heard } = await openHeard();
  const failed = db.write("full", async (tx, announce) => {
    announce.changed("tasks", ["t1"]);
    await appendChatEvents(tx, announce, BUILT_IDS.session, [notice]);
    throw new Error("on purpose");
  });
  await expect(failed).rejects.toThrow("on purpose");
  expect(heard).toEqual([]);
  await db.write("full", async (_, announce) => announce.changed("tasks", ["t2"]));
  expect(heard).toEqual(["tasks t2 -"]);
});

it("lets a woken listener read the committed data", async () => {
  const seen: Promise<number | null>[] = [];
  const { db } = await openHeard({ wake: (sessionId) => seen.push(findLastSeq(db.read, sessionId)) });
  await db.write("normal", (tx, announce) => appendChatEvents(tx, announce, BUILT_IDS.session, [notice, notice]));
  expect(await Promise.all(seen)).toEqual([2]);
});
