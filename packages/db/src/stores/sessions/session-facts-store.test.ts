import { AgentId, ChatId, PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import { BUILT_IDS, buildChat, buildSession, buildTask } from "@boocode/shared/testing/build";
import { CompiledQuery } from "kysely";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { insertChat } from "../chats/chat-store.ts";
import type { Database } from "../../database.ts";
import { newestTasksQuery, readSessionFacts } from "./session-facts-store.ts";
import { insertSession } from "./session-store.ts";
import { insertTask } from "../chats/task-store.ts";

const { session } = BUILT_IDS;

/** Adds this many sessions, each with two chats and three tasks. */
async function fill(db: Database, count: number): Promise<SessionId[]> {
  await seed(db);
  const ids = Array.from({ length: count }, (_, n) => SessionId.parse(`many-${n}`));
  await db.write("normal", async (tx) => {
    for (const id of ids) {
      await insertSession(tx, buildSession({ id }));
      const chats = [1, 2].map((n) => ChatId.parse(`${id}-c${n}`));
      for (const [n, chatId] of chats.entries())
        await insertChat(
          tx,
          buildChat({ id: chatId, sessionId: id, agent: AgentId.parse(n === 0 ? "boocode" : "opencode"), createdAt: n }),
        );
      for (const n of [1, 2, 3])
        await insertTask(
          tx,
          buildTask({
            id: TaskId.parse(`${id}-t${n}`),
            promptId: PromptId.parse(`${id}-p${n}`),
            sessionId: id,
            chatId: chats[0]!,
            acceptedSeq: n,
            // The last one is a turn that the agent began.
            kind: n === 3 ? "agent" : "message",
            createdAt: n,
            state: n === 3 ? "failed" : "completed",
            startedAt: n,
            endedAt: n + 10,
          }),
        );
    }
  });
  return ids;
}

it("returns each session's newest task, agents of open chats, changes and worktree", async () => {
  const db = await scratchDatabase();
  const [first] = await fill(db, 2);
  const nobody = SessionId.parse("nobody");
  const facts = await readSessionFacts(db.read, [first!, session, nobody]);
  expect(facts.get(first!)).toEqual({
    newestTask: { state: "failed", acceptedSeq: 3, endedAt: 13 },
    lastPromptAt: 2,
    agents: ["boocode", "opencode"],
    additions: 0,
    deletions: 0,
    worktree: null,
  });
  expect(facts.get(session)).toMatchObject({ agents: [BUILT_IDS.agent], worktree: { state: "live" } });
  expect(facts.get(nobody)).toEqual({ newestTask: null, lastPromptAt: null, agents: [], additions: 0, deletions: 0, worktree: null });
});

it("runs four statements for 300 sessions, each using an index", async () => {
  const db = await scratchDatabase();
  const ids = await fill(db, 300);
  const asked: string[] = [];
  const executor = db.read.getExecutor();
  const execute = executor.executeQuery.bind(executor);
  executor.executeQuery = (query: CompiledQuery) => {
    asked.push(query.sql);
    return execute(query) as never;
  };
  const facts = await readSessionFacts(db.read, ids);
  executor.executeQuery = execute as never;
  expect(facts.size).toBe(300);
  expect(asked).toHaveLength(4);
  const { sql, parameters } = newestTasksQuery(db.read, ids).compile();
  const { rows } = await db.read.executeQuery<{ detail: string }>(CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]));
  const plan = rows.map(({ detail }) => detail).join("\n");
  expect(plan).toContain("tasks_by_session (session_id=? AND accepted_seq=?)");
  expect(plan).toContain("SEARCH prompt USING INDEX tasks_by_session (session_id=?)");
  expect(plan).not.toContain("SCAN task");
  expect(plan).not.toContain("TEMP B-TREE");
});
