import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import BetterSqlite3 from "better-sqlite3";
import { expect, onTestFinished } from "vitest";
import { findLastSeq, readSessionEvents } from "../src/stores/chats/chat-event-store.ts";
import type { Durability } from "../src/database.ts";
import { openDatabase } from "../src/open-database.ts";

const SCRIPT = new URL("append-until-killed.ts", import.meta.url).pathname;

/** A process that appends events until it is killed, and says each time that some are committed. */
export interface Appender {
  /** Seqs it said were committed. */
  acked: number[];
  /** Resolves once it has said so many. */
  hasAcked(count: number): Promise<void>;
  kill(): Promise<void>;
}

/** Starts appending to the built session of a seeded database. Killed with the test at the latest. */
export function startAppender(file: string, durability: Durability): Appender {
  const child = spawn(process.execPath, [SCRIPT, file, durability], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const acked: number[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => acked.push(Number(line)));
  const closed = once(lines, "close");
  return {
    acked,
    hasAcked: async (count) => {
      while (acked.length < count)
        await Promise.race([once(lines, "line"), closed.then(() => Promise.reject(new Error("the appender died")))]);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** Fails unless the store is whole: what was acknowledged is there, dense, each event readable. */
export async function expectNothingLost(file: string, { acked }: Appender): Promise<void> {
  const left = new BetterSqlite3(file);
  expect(left.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
  left.close();
  await using db = await openDatabase({ file });
  const events = await readSessionEvents(db.read, BUILT_IDS.session, 0, 1_000_000);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: events.length }, (_, index) => index + 1));
  expect(await findLastSeq(db.read, BUILT_IDS.session)).toBe(events.length);
  expect(Math.max(...acked)).toBeLessThanOrEqual(events.length);
  expect(events.every(({ body }) => body.type === "notice")).toBe(true);
}
