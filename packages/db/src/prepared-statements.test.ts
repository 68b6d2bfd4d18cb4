import BetterSqlite3 from "better-sqlite3";
import { BUILT_IDS, buildEvent } from "@boocode/shared/testing/build";
import { expect, it, vi } from "vitest";
import { scratchDatabase, seed } from "../test/scratch-database.ts";
import { appendChatEvents, readSessionEvents } from "./stores/chats/chat-event-store.ts";

it("prepares nothing again for an append and a read at another time and place", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const prepare = vi.spyOn(BetterSqlite3.prototype, "prepare");
  const turn = async (at: number) => {
    const { chatId, taskId, body } = buildEvent({ type: "text.delta", partId: "part-1", offset: at, text: "word" });
    const [event] = await db.write("normal", (tx, announce) =>
      appendChatEvents(tx, announce, BUILT_IDS.session, [{ chatId, taskId, at, body }]),
    );
    await readSessionEvents(db.read, BUILT_IDS.session, event!.seq - 1, 500);
  };
  await turn(1_800_000_000_000);
  expect(prepare).toHaveBeenCalled();
  prepare.mockClear();
  await turn(1_800_000_000_001);
  expect(prepare.mock.calls).toEqual([]);
  prepare.mockRestore();
});
