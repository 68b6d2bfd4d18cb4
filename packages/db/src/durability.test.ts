import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { BUILT_IDS, buildEvent } from "@boocode/shared/testing/build";
import BetterSqlite3 from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { scratchDatabase, scratchFile, seed } from "../test/scratch-database.ts";
import { appendChatEvents, findLastSeq, readSessionEvents } from "./chat-event-store.ts";
import { openDatabase } from "./open-database.ts";

const script = new URL("../test/append-until-killed.ts", import.meta.url).pathname;

interface Appender {
  /** Seqs it said were committed. */
  acked: number[];
  /** Resolves once it has said so many. */
  hasAcked(count: number): Promise<void>;
  kill(): Promise<void>;
}

function startAppender(file: string, durability: "full" | "normal"): Appender {
  const child = spawn(process.execPath, [script, file, durability], { stdio: ["ignore", "pipe", "inherit"] });
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

it.each([
  { durability: "full" as const, kills: [1, 2, 17, 120] },
  { durability: "normal" as const, kills: [1, 3, 40, 250] },
])("loses nothing it acknowledged when killed ($durability)", async ({ durability, kills }) => {
  const file = scratchFile();
  await using seeded = await openDatabase({ file });
  await seed(seeded);
  await seeded.close();
  for (const count of kills) {
    const appender = startAppender(file, durability);
    await appender.hasAcked(count);
    await appender.kill();
    const left = new BetterSqlite3(file);
    expect(left.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
    left.close();
    await using db = await openDatabase({ file });
    const events = await readSessionEvents(db.read, BUILT_IDS.session, 0, 1_000_000);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: events.length }, (_, index) => index + 1));
    expect(await findLastSeq(db.read, BUILT_IDS.session)).toBe(events.length);
    expect(Math.max(...appender.acked)).toBeLessThanOrEqual(events.length);
    expect(events.every(({ body }) => body.type === "notice")).toBe(true);
  }
});

it("gives out each seq once while another process writes", async () => {
  const file = scratchFile();
  const db = await scratchDatabase(file);
  await seed(db);
  const appender = startAppender(file, "normal");
  await appender.hasAcked(1);
  const mine: number[] = [];
  for (let n = 0; n < 50; n += 1) {
    const [event] = await db.write("normal", (tx) =>
      appendChatEvents(tx, BUILT_IDS.session, [buildEvent({ type: "notice", level: "info", text: "mine" })]),
    );
    if (event) mine.push(event.seq);
  }
  await appender.hasAcked(appender.acked.length + 1);
  await appender.kill();
  const events = await readSessionEvents(db.read, BUILT_IDS.session, 0, 1_000_000);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: events.length }, (_, index) => index + 1));
  expect(events.filter(({ body }) => body.type === "notice" && body.text === "mine").map(({ seq }) => seq)).toEqual(mine);
});
