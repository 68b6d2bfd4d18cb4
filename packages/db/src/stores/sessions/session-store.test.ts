import { ProjectId, SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildAgentSession, buildEvent, buildProject, buildSession } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { upsertAgentSession } from "../agents/agent-session-store.ts";
import { appendChatEvents } from "../chats/chat-event-store.ts";
import { insertProject } from "../project-store.ts";
import { findSession, insertSession, listSessions, updateSession } from "./session-store.ts";

const sessionId = (id: string) => SessionId.parse(id);

it("stores a session unchanged", async () => {
  const db = await scratchDatabase();
  const session = buildSession({ baseRef: "refs/heads/main", archived: true, deletedAt: 7 });
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject());
    await insertSession(tx, session);
  });
  expect(await findSession(db.read, session.id)).toEqual(session);
  expect(await findSession(db.read, sessionId("nobody"))).toBeNull();
});

it("lists by latest activity, without deleted sessions, archived ones only if requested", async () => {
  const db = await scratchDatabase();
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject());
    await insertProject(tx, buildProject({ id: ProjectId.parse("project-2"), path: "/other" }));
    await insertSession(tx, buildSession({ id: sessionId("old"), lastActivityAt: 10 }));
    await insertSession(tx, buildSession({ id: sessionId("new"), lastActivityAt: 30 }));
    await insertSession(tx, buildSession({ id: sessionId("archived"), lastActivityAt: 20, archived: true }));
    await insertSession(tx, buildSession({ id: sessionId("deleted"), lastActivityAt: 40, deletedAt: 41 }));
    await insertSession(tx, buildSession({ id: sessionId("elsewhere"), lastActivityAt: 15, projectId: ProjectId.parse("project-2") }));
  });
  const ids = async (filter: Parameters<typeof listSessions>[1]) => (await listSessions(db.read, filter)).map(({ id }) => id);
  expect(await ids({})).toEqual(["new", "elsewhere", "old"]);
  expect(await ids({ projectId: BUILT_IDS.project })).toEqual(["new", "old"]);
  expect(await ids({ projectId: BUILT_IDS.project, includeArchived: true })).toEqual(["new", "archived", "old"]);
});

it("changes only the fields in the patch, and returns the result", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const update = (patch: Parameters<typeof updateSession>[2]) => db.write("full", (tx) => updateSession(tx, BUILT_IDS.session, patch));
  expect(await update({ title: "Renamed", archived: true })).toEqual(buildSession({ title: "Renamed", archived: true }));
  expect(await update({ deletedAt: 9 })).toEqual(buildSession({ title: "Renamed", archived: true, deletedAt: 9 }));
  expect(await update({ deletedAt: null, archived: false })).toEqual(buildSession({ title: "Renamed" }));
  expect(await update({})).toEqual(buildSession({ title: "Renamed" }));
  expect(await db.write("full", (tx) => updateSession(tx, sessionId("nobody"), { title: "x" }))).toBeNull();
});

it("is deleted with its chats, tasks, events and agent sessions, and leaves its worktree without a session", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("full", async (tx, announce) => {
    await upsertAgentSession(tx, buildAgentSession());
    await appendChatEvents(tx, announce, BUILT_IDS.session, [buildEvent({ type: "notice", level: "info", text: "hello" })]);
  });
  await db.write("full", (tx) => tx.deleteFrom("sessions").where("id", "=", BUILT_IDS.session).execute());
  for (const table of ["chats", "tasks", "chat_events", "agent_sessions"] as const) {
    expect([table, await db.read.selectFrom(table).selectAll().execute()]).toEqual([table, []]);
  }
  expect(await db.read.selectFrom("worktrees").select(["id", "session_id"]).execute()).toEqual([
    { id: BUILT_IDS.worktree, session_id: null },
  ]);
});
