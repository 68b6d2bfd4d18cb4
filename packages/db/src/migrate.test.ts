import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { BUILT_IDS, buildAgentSession, buildEvent } from "@boocode/shared/testing/build";
import BetterSqlite3 from "better-sqlite3";
import { expect, it } from "vitest";
import { SAMPLE_MIGRATION, WITH_SAMPLE } from "../test/sample-migration.ts";
import { scratchFile, seed } from "../test/scratch-database.ts";
import { upsertAgentSession } from "./stores/agents/agent-session-store.ts";
import { appendChatEvents } from "./stores/chats/chat-event-store.ts";
import { ALL_MIGRATIONS } from "./migrations/all-migrations.ts";
import type { Migration } from "./migrations/migration.ts";
import { openDatabase } from "./open-database.ts";
import { writeSettings } from "./stores/setting-store.ts";

const script = new URL("../test/migrate-and-crash.ts", import.meta.url).pathname;
const OLD = SAMPLE_MIGRATION.version - 1;
const NEW = SAMPLE_MIGRATION.version;

async function filledOldFile(file = scratchFile()): Promise<string> {
  await using db = await openDatabase({ file });
  await seed(db);
  await db.write("full", async (tx, announce) => {
    await upsertAgentSession(tx, buildAgentSession());
    await appendChatEvents(tx, announce, BUILT_IDS.session, [buildEvent({ type: "notice", level: "info", text: "kept" })]);
    await writeSettings(tx, { theme: "dark" });
  });
  return file;
}

/** Reads the file's version and its whole content, bypassing our own code. */
function lookInside(file: string): { version: number; columns: Record<string, string[]>; rows: Record<string, unknown[]> } {
  const database = new BetterSqlite3(file);
  try {
    expect(database.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
    expect(database.pragma("foreign_key_check")).toEqual([]);
    const tables = database.prepare("select name from sqlite_master where type = 'table' order by name").pluck().all() as string[];
    const columnsOf = (table: string) => database.prepare("select name from pragma_table_info(?)").pluck().all(table) as string[];
    return {
      version: database.pragma("user_version", { simple: true }) as number,
      columns: Object.fromEntries(tables.map((table) => [table, columnsOf(table)])),
      rows: Object.fromEntries(tables.map((table) => [table, database.prepare(`select * from "${table}"`).all()])),
    };
  } finally {
    database.close();
  }
}

async function failpointsOf(file: string): Promise<string[]> {
  const names: string[] = [];
  await using _ = await openDatabase({ file, migrations: WITH_SAMPLE, failpoint: (name) => void names.push(name) });
  return names;
}

it("migrates an older file with all its rows, after a backup, and does nothing the second time", async () => {
  const file = await filledOldFile();
  const before = lookInside(file);
  expect(await failpointsOf(file)).toEqual(
    ["backup", "begin", "add_colour", "fill_colour", "copy_chats", "swap_chats", "verify", "commit", "committed"].map(
      (step) => `migration.${NEW}.${step}`,
    ),
  );
  const after = lookInside(file);
  expect(after.version).toBe(NEW);
  expect(after.columns["projects"]).toContain("colour");
  expect(after.columns["chats"]).toEqual(["id", "session_id", "title"]);
  expect(after.rows).toMatchObject({ tasks: before.rows["tasks"], agent_sessions: before.rows["agent_sessions"] });
  expect(after.rows["chats"]).toHaveLength(1);
  expect(lookInside(`${file}.bak-${OLD}`)).toEqual(before);
  expect(statSync(`${file}.bak-${OLD}`).mode & 0o777).toBe(0o600);
  expect(await failpointsOf(file)).toEqual([]);
});

it("makes no backup of a new file", async () => {
  const file = scratchFile();
  expect(await failpointsOf(file)).toContain("migration.1.projects");
  expect(readdirSync(dirname(file))).toEqual(["boocode.db"]);
});

it("enforces foreign keys again afterwards", async () => {
  const file = await filledOldFile();
  await using db = await openDatabase({ file, migrations: WITH_SAMPLE });
  const orphan = db.write("full", (tx) => tx.updateTable("sessions").set({ project_id: "nobody" }).execute());
  await expect(orphan).rejects.toThrow(/FOREIGN KEY/);
});

const broken = (name: string, given: Partial<Migration>): [string, Migration] => [name, { ...SAMPLE_MIGRATION, ...given }];
it.each([
  broken("verify finds rows missing", {
    steps: [...SAMPLE_MIGRATION.steps, { name: "lose", run: async (tx) => void (await tx.deleteFrom("settings").execute()) }],
  }),
  broken("verify throws", { verify: () => Promise.reject(new Error("not as it should be")) }),
  broken("rows point to nothing", {
    steps: [{ name: "orphan", run: async (tx) => void (await tx.updateTable("chats").set({ session_id: "nobody" }).execute()) }],
  }),
  broken("a step fails", {
    steps: [...SAMPLE_MIGRATION.steps, { name: "fail", run: (tx) => tx.schema.dropTable("no_such_table").execute() }],
  }),
])("rolls everything back where %s", async (_, migration) => {
  const file = await filledOldFile();
  const before = lookInside(file);
  const opening = openDatabase({ file, migrations: [...ALL_MIGRATIONS, migration] });
  await expect(opening).rejects.toMatchObject({ fault: { kind: "storage_failed", reason: expect.stringContaining(`to schema ${NEW}`) } });
  expect(lookInside(file)).toEqual(before);
  await using db = await openDatabase({ file });
  expect(await db.health()).toMatchObject({ ok: true, schemaVersion: OLD });
});

it("ignores references that were broken before the migration", async () => {
  const file = await filledOldFile();
  const database = new BetterSqlite3(file);
  database.pragma("foreign_keys = off");
  database.prepare("update sessions set project_id = 'gone'").run();
  database.close();
  await using db = await openDatabase({ file, migrations: WITH_SAMPLE });
  expect(await db.health()).toMatchObject({ schemaVersion: NEW });
});

it("F5: after a kill at any step the file has the old or the new schema, and the next start finishes", async () => {
  const points = await failpointsOf(await filledOldFile());
  expect(points.length).toBeGreaterThan(5);
  for (const point of points) {
    const file = await filledOldFile();
    const before = lookInside(file);
    await killedAt(file, point);
    const backup = `${file}.bak-${OLD}`;
    const isDone = point.endsWith(".committed");
    const left = lookInside(file);
    expect({ point, left: isDone ? left.version : left }).toEqual({ point, left: isDone ? NEW : before });
    expect({ point, backup: existsSync(backup) ? lookInside(backup) : null }).toEqual({
      point,
      backup: point.endsWith(".backup") ? null : before,
    });
    await failpointsOf(file);
    const { version, rows } = lookInside(file);
    expect({ point, version, tasks: rows["tasks"] }).toEqual({ point, version: NEW, tasks: before.rows["tasks"] });
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith(".part"))).toEqual([]);
  }
});

async function killedAt(file: string, point: string): Promise<void> {
  const child = spawn(process.execPath, [script, file, point], { stdio: "inherit" });
  const [, signal] = await once(child, "exit");
  expect([point, signal]).toEqual([point, "SIGKILL"]);
}
