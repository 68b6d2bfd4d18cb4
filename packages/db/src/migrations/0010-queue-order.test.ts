import { SessionId } from "@boocode/shared/ids";
import BetterSqlite3 from "better-sqlite3";
import { expect, it } from "vitest";
import { scratchDatabase, scratchFile } from "../../test/scratch-database.ts";
import { openDatabase } from "../open-database.ts";
import { listTasks } from "../stores/chats/task-store.ts";
import { ALL_MIGRATIONS } from "./all-migrations.ts";

it("a task of an older file that started has the place of its start, any other that of its acceptance", async () => {
  const file = scratchFile();
  await (await openDatabase({ file, migrations: ALL_MIGRATIONS.slice(0, 9) })).close();
  const database = new BetterSqlite3(file);
  database.exec(`
    insert into projects values ('project-1', 'local', 'demo', '/projects/demo', 'main', 0, 1);
    insert into sessions values ('session-1', 'project-1', 'A session', null, 0, 9, 1, 1, null);
    insert into chats values ('chat-1', 'session-1', 'A chat', 'boocode', '', '', null, 1, 1);
  `);
  const task = database.prepare(
    `insert into tasks values (?, ?, 'session-1', 'chat-1', 'boocode', '', '', 'message', 'Do it', ?, null, null, null, ?, null, 1, ?, null)`,
  );
  task.run("started", "prompt-1", "completed", 1, 1);
  task.run("queued", "prompt-2", "queued", 2, null);
  database
    .prepare(`insert into chat_events values ('session-1', 5, 'chat-1', 'started', null, null, 'task.started', 1, ?)`)
    .run(JSON.stringify({ type: "task.started", agent: "boocode", model: "" }));
  database.close();

  const db = await scratchDatabase(file);
  const tasks = await listTasks(db.read, { sessionId: SessionId.parse("session-1"), limit: 5 });
  expect(tasks.map(({ id, position, notBefore }) => [id, position, notBefore])).toEqual([
    ["queued", 2, null],
    ["started", 5, null],
  ]);
});
