import type { Usage } from "@boocode/shared/agents/usage";
import { AgentId, ChatId, ProjectId, SessionId, TaskId } from "@boocode/shared/ids";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { listCountedDays } from "@boocode/shared/usage/decide-day";
import { CompiledQuery } from "kysely";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import type { Database } from "../../database.ts";
import { insertTurnUsage, listChatUsage, listDayUsage, listSessionUsage, readUsage, toSpent, type EndedTurn } from "./usage-store.ts";

const NOW = Date.parse("2026-11-30T12:00:00Z");
const DAY = 86_400_000;
const usage = (input: number | null, output: number | null, cost: number | null = null): Usage => ({
  inputTokens: input,
  outputTokens: output,
  cachedTokens: null,
  cost,
  contextUsed: null,
  contextSize: null,
});

function turn(id: string, given: Partial<EndedTurn> = {}): EndedTurn {
  const { session: sessionId, chat: chatId, project: projectId } = BUILT_IDS;
  return {
    id: TaskId.parse(id),
    sessionId,
    chatId,
    projectId,
    agent: AgentId.parse("goose"),
    model: "",
    endedAt: NOW,
    usage: null,
    ...given,
  };
}

async function store(db: Database, ...turns: EndedTurn[]): Promise<void> {
  await db.write("full", async (tx) => {
    for (const one of turns) await insertTurnUsage(tx, one);
  });
}

it("adds up what was reported, and never makes a zero of what was not", async () => {
  const db = await scratchDatabase();
  const { session: sessionId } = BUILT_IDS;
  expect(await readUsage(db.read, { sessionId })).toEqual({
    turns: 0,
    inputTokens: null,
    outputTokens: null,
    cachedTokens: null,
    cost: null,
    withoutTokens: 0,
    withoutCost: 0,
  });
  await store(db, turn("t1", { usage: usage(100, 20) }), turn("t2"), turn("t3", { usage: usage(7, null, 0.5) }));
  const sum = await readUsage(db.read, { sessionId });
  expect(sum).toEqual({ turns: 3, inputTokens: 107, outputTokens: 20, cachedTokens: null, cost: 0.5, withoutTokens: 1, withoutCost: 2 });
  expect(toSpent(sum)).toEqual({ tokens: 127, cost: 0.5 });
});

it("counts a turn once, however often its end is told", async () => {
  const db = await scratchDatabase();
  await store(db, turn("t1", { usage: usage(100, 20) }));
  await store(db, turn("t1", { usage: usage(100, 20) }), turn("t1", { usage: usage(999, 9) }));
  expect(await readUsage(db.read, { sessionId: BUILT_IDS.session })).toMatchObject({ turns: 1, inputTokens: 100 });
});

it("adds up whatever agents say, also what is far above any use", async () => {
  const db = await scratchDatabase();
  const absurd = { usage: usage(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE) };
  await store(db, turn("t1", absurd), turn("t2", absurd));
  expect(await readUsage(db.read, { sessionId: BUILT_IDS.session })).toMatchObject({ turns: 2, inputTokens: 2e12, cost: 2e6 });
});

it("adds up by day and agent, and counts what is dated in the future as today's", async () => {
  const db = await scratchDatabase();
  const codex = AgentId.parse("codex");
  await store(
    db,
    turn("t1", { usage: usage(10, 1) }),
    turn("t2", { usage: usage(20, 2), endedAt: NOW + 3 * DAY }),
    turn("t3", { agent: codex, usage: usage(500, 0) }),
    turn("t4", { agent: codex, endedAt: Date.parse("2026-11-30T00:00:00Z") - 1 }),
    turn("t5", { usage: usage(9, 9), endedAt: NOW - 40 * DAY }),
  );
  const rows = await listDayUsage(db.read, listCountedDays(NOW, "UTC", 7), 100);
  expect(rows.map(({ day, agent, turns, inputTokens }) => [day, agent, turns, inputTokens])).toEqual([
    ["2026-11-30", "codex", 1, 500],
    ["2026-11-30", "goose", 2, 30],
    ["2026-11-29", "codex", 1, null],
  ]);
  expect(await listDayUsage(db.read, listCountedDays(NOW, "UTC", 7), 1)).toHaveLength(1);
  expect(await listDayUsage(db.read, [], 100)).toEqual([]);
});

it("adds up by session and by chat, and still counts a session that is gone", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const gone = { sessionId: SessionId.parse("session-9"), projectId: ProjectId.parse("project-9"), chatId: ChatId.parse("chat-9") };
  await store(
    db,
    turn("t1", { usage: usage(10, 1) }),
    turn("t2", { ...gone, usage: usage(5_000, 1) }),
    turn("t3", { chatId: ChatId.parse("chat-2") }),
  );
  const { sessions, count } = await listSessionUsage(db.read, { since: NOW - DAY, until: NOW + 1 }, 10);
  expect(sessions.map(({ sessionId, title, projectName, turns }) => [sessionId, title, projectName, turns])).toEqual([
    ["session-9", null, null, 1],
    [BUILT_IDS.session, "A session", "demo", 2],
  ]);
  expect(count).toBe(2);
  expect((await listSessionUsage(db.read, { since: NOW - DAY, until: NOW + 1 }, 1)).sessions).toHaveLength(1);
  expect((await listChatUsage(db.read, BUILT_IDS.session, 10)).map(({ chatId, turns }) => [chatId, turns])).toEqual([
    [BUILT_IDS.chat, 1],
    ["chat-2", 1],
  ]);
});

it("adds up from its indexes alone", async () => {
  const db = await scratchDatabase();
  const plan = async (where: string) => {
    const sums = "sum(input_tokens), sum(output_tokens), sum(cached_tokens), sum(cost)";
    const query = CompiledQuery.raw(`explain query plan select ${sums} from turn_usage where ${where}`);
    const { rows } = await db.read.executeQuery<{ detail: string }>(query);
    return rows.map(({ detail }) => detail).join();
  };
  expect(await plan("ended_at >= 1 and ended_at < 2")).toContain("COVERING INDEX turn_usage_by_end");
  expect(await plan("session_id = 'a'")).toContain("COVERING INDEX turn_usage_by_session");
});
