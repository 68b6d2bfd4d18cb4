import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { BUILT_IDS, buildProject } from "@boocode/shared/testing/build";
import { recordFault } from "../../../testkit/src/record-fault.ts";
import { expect, it } from "vitest";
import { copyStore, damage, type Damage, fillStore, openDamaged, PAGE_BYTES, readParts } from "../../test/damage.ts";
import { scratchDatabase } from "../../test/scratch-database.ts";
import { ALL_MIGRATIONS } from "../migrations/all-migrations.ts";
import { openDatabase } from "../open-database.ts";
import { readSessionEvents } from "../stores/chats/chat-event-store.ts";
import { findProject } from "../stores/project-store.ts";
import { backUpApart } from "./back-up-apart.ts";
import { listBackups, nameBackup } from "./list-backups.ts";
import { restoreBackup } from "./restore-backup.ts";

const NEWEST = ALL_MIGRATIONS.at(-1)!.version;
const signal = new AbortController().signal;
const refused = (words: string) => expect.objectContaining({ fault: { kind: "storage_failed", reason: expect.stringContaining(words) } });

it.each([{ isLeftOpen: false }, { isLeftOpen: true }])(
  "F11: a store damaged at any page is read whole or refused, copied once and never written (left open: $isLeftOpen)",
  async ({ isLeftOpen }) => {
    const whole = await fillStore({ isLeftOpen });
    const pages = statSync(whole).size / PAGE_BYTES;
    expect(pages).toBeGreaterThan(20);
    const reasons: string[] = [];
    let repetitions = 0;
    for (let page = 0; page < pages; page += 1) {
      const at = page * PAGE_BYTES;
      const kinds: Damage[] = [
        { kind: "truncate", at: at + 100 },
        { kind: "fill", at, length: 64 },
      ];
      for (const kind of isLeftOpen ? [kinds[page % 2]!] : kinds) {
        repetitions += 1;
        const copy = copyStore(whole);
        damage(copy, kind);
        const reason = await openDamaged(copy);
        if (reason !== null) reasons.push(reason);
      }
    }
    recordFault({ fault: "F11", repetitions });
    expect(reasons.length).toBeGreaterThan(pages / 2);
    expect(reasons.filter((reason) => reason.includes("is damaged") && reason.includes("a copy of it is")).length).toBeGreaterThan(
      pages / 2,
    );
  },
);

it("F11: the newest backup takes the place of a damaged store, which is kept with its log", async () => {
  const file = await fillStore({ isLeftOpen: false });
  await backUpApart({ file, target: nameBackup(file, 1) }, signal);
  expect(statSync(nameBackup(file, 1)).mode & 0o777).toBe(0o600);
  damage(file, { kind: "fill", at: PAGE_BYTES, length: 64 });
  writeFileSync(`${file}-wal`, "the rest of a log");
  const before = readParts(file);
  const { backup, keptAs } = restoreBackup(file, NEWEST);
  expect(backup).toMatchObject({ path: nameBackup(file, 1), number: 1 });
  expect(readParts(keptAs!)).toEqual(before);
  expect(existsSync(`${file}-wal`)).toBe(false);
  const db = await scratchDatabase(file);
  expect(await readSessionEvents(db.read, BUILT_IDS.session, 0, 1_000)).toHaveLength(100);
  expect(readdirSync(dirname(file)).filter((name) => /\.(?:part|restoring)$/.test(name))).toEqual([]);
});

it("F11: a lost store is restored too; a good one, and one without a usable backup, is left alone", async () => {
  const file = await fillStore({ isLeftOpen: true });
  const before = readParts(file);
  expect(() => restoreBackup(file, NEWEST)).toThrow(refused("not damaged"));
  expect(readParts(file)).toEqual(before);

  writeFileSync(`${file}.bak-3`, "no database");
  await backUpApart({ file, target: nameBackup(file, 1) }, signal);
  await backUpApart({ file, target: nameBackup(file, 2) }, signal);
  damage(nameBackup(file, 2), { kind: "fill", at: 2 * PAGE_BYTES, length: 200 });
  rmSync(file);
  rmSync(`${file}-wal`);
  expect(restoreBackup(file, NEWEST)).toMatchObject({ backup: { number: 1 }, keptAs: null });
  const db = await scratchDatabase(file);
  // What was only in the log is in the backup.
  expect(await readSessionEvents(db.read, BUILT_IDS.session, 0, 1_000)).toHaveLength(200);

  const alone = await fillStore({ isLeftOpen: false });
  damage(alone, { kind: "truncate", at: PAGE_BYTES + 1 });
  const bytes = readFileSync(alone);
  expect(() => restoreBackup(alone, NEWEST)).toThrow(refused("no usable backup"));
  expect(readFileSync(alone)).toEqual(bytes);
});

it("F11: a backup is complete while the store is written to, and there is none of a damaged store or of one cut short", async () => {
  const file = await fillStore({ isLeftOpen: false });
  const db = await openDatabase({ file });
  const target = nameBackup(file, 1);
  let writes = 0;
  let isDone = false;
  const backingUp = backUpApart({ file, target }, signal).finally(() => (isDone = true));
  do {
    writes += 1;
    await db.write("full", (tx) =>
      tx
        .updateTable("projects")
        .set({ name: `name ${writes}` })
        .execute(),
    );
    await new Promise((resolve) => setImmediate(resolve));
  } while (!isDone);
  await backingUp;
  await db.close();
  expect(writes).toBeGreaterThan(1);
  const backup = await scratchDatabase(target);
  expect(await findProject(backup.read, BUILT_IDS.project)).toEqual({
    ...buildProject(),
    name: expect.stringMatching(/^(?:demo|name \d+)$/),
  });

  const aborted = new AbortController();
  aborted.abort(new Error("The daemon stops"));
  await expect(backUpApart({ file, target: nameBackup(file, 2) }, aborted.signal)).rejects.toThrow("The daemon stops");
  damage(file, { kind: "fill", at: PAGE_BYTES, length: 64 });
  await expect(backUpApart({ file, target: nameBackup(file, 2) }, signal)).rejects.toThrow(/damaged|malformed/);
  expect(listBackups(file).map(({ path }) => basename(path))).toEqual(["boocode.db.bak-daily-1"]);
});
