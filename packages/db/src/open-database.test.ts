import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { BUILT_IDS, buildEvent, buildProject } from "@boocode/shared/testing/build";
import { DomainError } from "@boocode/shared/faults/domain-error";
import BetterSqlite3 from "better-sqlite3";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { scratchDatabase, scratchFile, seed } from "../test/scratch-database.ts";
import { appendChatEvents } from "./stores/chats/chat-event-store.ts";
import { openDatabase } from "./open-database.ts";
import { ALL_MIGRATIONS } from "./migrations/all-migrations.ts";
import { findProject, insertProject } from "./stores/project-store.ts";

const refused = (words: string) => ({ fault: { kind: "storage_failed", reason: expect.stringContaining(words) } });

it("creates a file only its owner can read, and persists writes", async () => {
  const file = scratchFile();
  const db = await scratchDatabase(file);
  await db.write("full", (tx) => insertProject(tx, buildProject()));
  expect([file, `${file}-wal`, `${file}-shm`].map((name) => statSync(name).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  await db.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
  const again = await scratchDatabase(file);
  expect(await findProject(again.read, BUILT_IDS.project)).toEqual(buildProject());
});

it("D3 refuses a newer schema with a readable reason and changes nothing", async () => {
  const file = scratchFile();
  await (await openDatabase({ file })).close();
  const database = new BetterSqlite3(file);
  database.pragma("user_version = 99");
  database.close();
  const before = readFileSync(file);
  await expect(openDatabase({ file })).rejects.toMatchObject(refused("newer BooCode (schema 99"));
  expect(readFileSync(file)).toEqual(before);
});

it("refuses another program's database and a file that is not a database", async () => {
  const foreign = scratchFile();
  const database = new BetterSqlite3(foreign);
  database.exec("create table recipes (name text)");
  database.close();
  const before = readFileSync(foreign);
  await expect(openDatabase({ file: foreign })).rejects.toMatchObject(refused("another program's"));
  expect(readFileSync(foreign)).toEqual(before);

  const text = scratchFile();
  writeFileSync(text, "a letter to a friend\n".repeat(100));
  await expect(openDatabase({ file: text })).rejects.toMatchObject(refused("not a database"));
  await expect(openDatabase({ file: "/nowhere/at/all.db" })).rejects.toMatchObject(refused("cannot be opened"));
});

it("runs writes one after another, each atomically", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const order: string[] = [];
  const rename = (title: string, fails: boolean) =>
    db.write("full", async (tx) => {
      order.push(`begin ${title}`);
      await tx.updateTable("sessions").set({ title }).execute();
      await tx.selectFrom("sessions").select("title").execute();
      order.push(`end ${title}`);
      if (fails) throw new Error("on purpose");
    });
  const results = await Promise.allSettled([rename("a", false), rename("b", true), rename("c", false), rename("d", true)]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
  expect(order).toEqual(["a", "b", "c", "d"].flatMap((title) => [`begin ${title}`, `end ${title}`]));
  expect(await db.read.selectFrom("sessions").select("title").execute()).toEqual([{ title: "c" }]);
});

it("reads only committed data", async () => {
  const db = await scratchDatabase();
  await db.write("normal", async (tx) => {
    await insertProject(tx, buildProject());
    expect(await findProject(tx, BUILT_IDS.project)).toEqual(buildProject());
    expect(await findProject(db.read, BUILT_IDS.project)).toBeNull();
  });
  expect(await findProject(db.read, BUILT_IDS.project)).toEqual(buildProject());
  await expect(db.read.deleteFrom("projects").execute()).rejects.toMatchObject(refused("readonly"));
});

it("finishes queued writes before it closes, and refuses later ones", async () => {
  const file = scratchFile();
  const db = await openDatabase({ file });
  const queued = [db.write("full", (tx) => insertProject(tx, buildProject())), db.close(), db.close()];
  const late = db.write("full", (tx) => insertProject(tx, buildProject()));
  await expect(late).rejects.toMatchObject({ fault: { kind: "shutting_down" } });
  await Promise.all(queued);
  const again = await scratchDatabase(file);
  expect(await findProject(again.read, BUILT_IDS.project)).toEqual(buildProject());
});

it("D7 is unhealthy while the disk is full, and healthy again once it is not", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const notice = (text: string) => buildEvent({ type: "notice", level: "info", text });
  const write = (text: string) => db.write("normal", (tx, announce) => appendChatEvents(tx, announce, BUILT_IDS.session, [notice(text)]));
  const limit = (pages: number) => db.write("normal", (tx) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(tx));
  await limit(1);
  const full = Array.from({ length: 100 }, () => write("x".repeat(4_000)));
  expect((await Promise.allSettled(full)).at(-1)).toMatchObject({ status: "rejected", reason: { fault: { kind: "storage_failed" } } });
  const stillFull = db.write("normal", (tx, announce) =>
    appendChatEvents(
      tx,
      announce,
      BUILT_IDS.session,
      Array.from({ length: 100 }, () => notice("x".repeat(4_000))),
    ),
  );
  const during = db.health();
  await expect(stillFull).rejects.toMatchObject({ fault: { reason: "The disk is full." } });
  expect((await during).sizeBytes).toBeGreaterThan(0);
  await limit(1_000_000);
  await write("there is room");
  expect(await db.health()).toMatchObject({ ok: true });
});

it("D7 reports that it cannot be written, and checks again on each call", async () => {
  const disk = { isFull: false };
  const failpoint = () => {
    if (disk.isFull) throw new DomainError({ kind: "storage_failed", reason: "The disk is full." });
  };
  await using db = await openDatabase({ file: scratchFile(), failpoint });
  disk.isFull = true;
  await expect(db.write("full", async () => {})).rejects.toMatchObject({ fault: { kind: "storage_failed" } });
  expect(await db.health()).toMatchObject({ ok: false, schemaVersion: ALL_MIGRATIONS.length });
  disk.isFull = false;
  expect(await db.health()).toMatchObject({ ok: true });
});

it("reports its health, and that it is closed", async () => {
  const db = await scratchDatabase();
  const health = await db.health();
  expect(health).toMatchObject({ ok: true, schemaVersion: ALL_MIGRATIONS.length });
  expect(health.sizeBytes).toBeGreaterThan(4096);
  await db.close();
  expect(await db.health()).toEqual({ ok: false, sizeBytes: 0, schemaVersion: 0 });
});

it("a writer that finds the file locked for too long gets a fault, and its connection works afterwards", async () => {
  const file = scratchFile();
  const db = await openDatabase({ file, lockTimeoutMs: 50 });
  onTestFinished(() => db.close());
  const stranger = new BetterSqlite3(file);
  stranger.exec("begin immediate");
  await expect(db.write("full", (tx) => insertProject(tx, buildProject()))).rejects.toMatchObject(refused("Another program"));
  stranger.exec("rollback");
  stranger.close();
  await db.write("full", (tx) => insertProject(tx, buildProject()));
  expect(await findProject(db.read, BUILT_IDS.project)).toEqual(buildProject());
});
