import { copyFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { BUILT_IDS, buildEvent } from "@boocode/shared/testing/build";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { sql } from "kysely";
import { expect } from "vitest";
import { openDatabase } from "../src/open-database.ts";
import { appendChatEvents, readSessionEvents } from "../src/stores/chats/chat-event-store.ts";
import { listTasks } from "../src/stores/chats/task-store.ts";
import { scratchFile, seed } from "./scratch-database.ts";

export const PAGE_BYTES = 4096;

const notice = (text: string) => buildEvent({ type: "notice", level: "info", text });

/** A store with a few pages of each kind. Left open means: as after a kill, with the newest events only in the write-ahead log. */
export async function fillStore({ isLeftOpen }: { isLeftOpen: boolean }): Promise<string> {
  const file = scratchFile();
  const first = await openDatabase({ file });
  await seed(first);
  const append = (db: typeof first, from: number) =>
    db.write("full", (tx, announce) =>
      appendChatEvents(
        tx,
        announce,
        BUILT_IDS.session,
        Array.from({ length: 100 }, (_, n) => notice(`${from + n} `.repeat(40))),
      ),
    );
  await append(first, 0);
  await first.close();
  if (!isLeftOpen) return file;
  const second = await openDatabase({ file });
  await append(second, 100);
  // Copied while it is open, which is how a kill leaves it; nobody else has the copy open.
  const left = scratchFile();
  await second.write("full", (tx) => sql`select 1`.execute(tx));
  for (const part of ["", "-wal"]) copyFileSync(file + part, left + part);
  await second.close();
  return left;
}

/** A copy of a store with its log, in a folder of its own. */
export function copyStore(file: string): string {
  const copy = scratchFile();
  for (const part of ["", "-wal"]) if (existsSync(file + part)) copyFileSync(file + part, copy + part);
  return copy;
}

export type Damage =
  | { kind: "truncate"; at: number }
  | { kind: "fill"; at: number; length: number }
  | { kind: "flip"; at: number; bit: number };

export function damage(file: string, given: Damage): void {
  const { at } = given;
  if (given.kind === "truncate") return truncateSync(file, at);
  const bytes = readFileSync(file);
  if (given.kind === "fill") bytes.fill(0xa5, at, Math.min(at + given.length, bytes.length));
  else bytes[at] = bytes[at]! ^ (1 << given.bit);
  writeFileSync(file, bytes);
}

/**
 * Opens a damaged store twice, as a daemon that is started again does. Either all of it can be read, or it is refused in words; then its
 * files are as they were, and there is exactly one copy of them. Returns the reason it was refused for, or null.
 */
export async function openDamaged(file: string): Promise<string | null> {
  const before = readParts(file);
  const first = await tryReading(file);
  if (first === null) return null;
  const second = await tryReading(file);
  expect(second).toBe(first);
  if (!first.includes("Nothing was written")) return first;
  expect(readParts(file)).toEqual(before);
  const copies = readdirSync(dirname(file)).filter((name) => name.startsWith(`${basename(file)}.corrupt-`) && !/-(?:wal|shm)$/.test(name));
  expect(copies).toHaveLength(1);
  expect(readParts(join(dirname(file), copies[0]!))).toEqual(before);
  return first;
}

/** The bytes of the file and of its log, in a form that compares fast. */
export function readParts(file: string): string[] {
  return ["", "-wal"].map((part) => (existsSync(file + part) ? readFileSync(file + part).toString("latin1") : ""));
}

async function tryReading(file: string): Promise<string | null> {
  try {
    await using db = await openDatabase({ file });
    await readSessionEvents(db.read, BUILT_IDS.session, 0, 1_000);
    await listTasks(db.read, { limit: 10 });
    return null;
  } catch (error) {
    if (error instanceof DomainError && error.fault.kind === "storage_failed") return error.fault.reason;
    throw error;
  }
}
