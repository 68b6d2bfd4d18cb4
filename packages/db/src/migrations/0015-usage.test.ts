import { SessionId } from "@boocode/shared/ids";
import BetterSqlite3 from "better-sqlite3";
import { expect, it } from "vitest";
import { scratchDatabase, scratchFile } from "../../test/scratch-database.ts";
import { openDatabase } from "../open-database.ts";
import { readUsage } from "../stores/agents/usage-store.ts";
import { ALL_MIGRATIONS } from "./all-migrations.ts";

it("counts the turns of an older file, each once, with what they reported", async () => {
  const file = scratchFile();
  await (await openDatabase({ file, migrations: ALL_MIGRATIONS.slice(0, 14) })).close();
  const database = new BetterSqlite3(file);
  database.exec(`
    insert into projects values ('project-1', 'local', 'demo', '/projects/demo', 'main', 0, 1);
    insert into sessions values ('session-1', 'project-1', 'A session', null, 0, 9, 1, 1, null);
    insert into chats values ('chat-1', 'session-1', 'A chat', 'boocode', '', '', null, 1, 1);
  `);
  const task = database.prepare(
    `insert into tasks (id, prompt_id, session_id, chat_id, agent, model, mode, kind, text, state, usage, accepted_seq, position, created_at, started_at, ended_at)
     values (?, ?, 'session-1', 'chat-1', 'boocode', '', '', 'message', 'Do it', ?, ?, 1, ?, 1, ?, ?)`,
  );
  // More than one page of them.
  for (let n = 0; n < 1_100; n += 1) {
    const said = n % 2 === 0 ? JSON.stringify({ inputTokens: 3, outputTokens: null, cachedTokens: 0, cost: 0.5 }) : null;
    task.run(`task-${n}`, `prompt-${n}`, "completed", said, n, 1, 2);
  }
  task.run("queued", "prompt-q", "queued", null, 5_000, null, null);
  task.run("removed", "prompt-r", "cancelled", null, 5_001, null, 2);
  task.run("running", "prompt-w", "running", null, 5_002, 1, null);
  database.close();

  const db = await scratchDatabase(file);
  expect(await readUsage(db.read, { sessionId: SessionId.parse("session-1") })).toEqual({
    turns: 1_100,
    inputTokens: 1_650,
    outputTokens: null,
    cachedTokens: 0,
    cost: 275,
    withoutTokens: 550,
    withoutCost: 550,
  });
});
