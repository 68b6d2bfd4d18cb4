import { BUILT_IDS, buildEvent } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, scratchFile, seed } from "../test/scratch-database.ts";
import { expectNothingLost, startAppender } from "../test/start-appender.ts";
import { appendChatEvents, readSessionEvents } from "./stores/chats/chat-event-store.ts";
import { openDatabase } from "./open-database.ts";

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
    await expectNothingLost(file, appender);
  }
});

it("assigns each seq once while another process writes", async () => {
  const file = scratchFile();
  const db = await scratchDatabase(file);
  await seed(db);
  const appender = startAppender(file, "normal");
  await appender.hasAcked(1);
  const mine: number[] = [];
  for (let n = 0; n < 50; n += 1) {
    const [event] = await db.write("normal", (tx, announce) =>
      appendChatEvents(tx, announce, BUILT_IDS.session, [buildEvent({ type: "notice", level: "info", text: "mine" })]),
    );
    if (event) mine.push(event.seq);
  }
  await appender.hasAcked(appender.acked.length + 1);
  await appender.kill();
  const events = await readSessionEvents(db.read, BUILT_IDS.session, 0, 1_000_000);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: events.length }, (_, index) => index + 1));
  expect(events.filter(({ body }) => body.type === "notice" && body.text === "mine").map(({ seq }) => seq)).toEqual(mine);
});
