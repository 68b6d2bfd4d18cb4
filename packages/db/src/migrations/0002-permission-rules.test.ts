import { PermissionId } from "@boocode/shared/ids";
import { buildPermission } from "@boocode/shared/testing/build";
import BetterSqlite3 from "better-sqlite3";
import { expect, it } from "vitest";
import { scratchDatabase, scratchFile } from "../../test/scratch-database.ts";
import { openDatabase } from "../open-database.ts";
import { findPermission, listOpenPermissions } from "../stores/agents/permission-store.ts";
import { firstLight } from "./0001-first-light.ts";

it("keeps the permissions of an older file, open and answered, with an unknown tool", async () => {
  const file = scratchFile();
  await (await openDatabase({ file, migrations: [firstLight] })).close();
  const database = new BetterSqlite3(file);
  database.exec(`
    insert into projects values ('project-1', 'local', 'demo', '/projects/demo', 'main', 0, 1);
    insert into sessions values ('session-1', 'project-1', 'A session', null, 0, 0, 1, 1, null);
    insert into chats values ('chat-1', 'session-1', 'A chat', 'boocode', '', '', null, 1, 1);
    insert into tasks values ('task-1', 'prompt-1', 'session-1', 'chat-1', 'boocode', '', '', 'message', 'Do it', 'running', null, null, null, 1, null, 1, 1, null);
  `);
  const insert = database.prepare(
    `insert into permissions (id, session_id, chat_id, task_id, agent, title, argv, options, option_id, resolved_by, requested_at, resolved_at)
     values (?, 'session-1', 'chat-1', 'task-1', 'boocode', 'Run make all', '["make","all"]', ?, ?, ?, 1000, ?)`,
  );
  const options = JSON.stringify(buildPermission().options);
  insert.run("open", options, null, null, null);
  insert.run("answered", options, "allow_once", "person", 2_000);
  database.close();

  const db = await scratchDatabase(file);
  const open = buildPermission({ id: PermissionId.parse("open"), toolKind: "other" });
  expect(await listOpenPermissions(db.read)).toEqual([open]);
  expect(await findPermission(db.read, PermissionId.parse("answered"))).toMatchObject({ toolKind: "other", resolvedBy: "person" });
});
