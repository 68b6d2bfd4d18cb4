import { writeSync } from "node:fs";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { appendChatEvents } from "../src/stores/chats/chat-event-store.ts";
import type { Durability } from "../src/database.ts";
import { openDatabase } from "../src/open-database.ts";

// Run as a process of its own: appends to the built session without end, and says each last seq once it is committed.
const [file = "", durability = "full"] = process.argv.slice(2);
const db = await openDatabase({ file });
for (let batch = 1; ; batch += 1) {
  const events = await db.write(durability as Durability, (tx, announce) =>
    appendChatEvents(
      tx,
      announce,
      BUILT_IDS.session,
      Array.from({ length: 1 + (batch % 30) }, (_, index) => ({
        chatId: BUILT_IDS.chat,
        taskId: BUILT_IDS.task,
        at: batch,
        body: { type: "notice" as const, level: "info" as const, text: `${process.pid}:${batch}:${index}` },
      })),
    ),
  );
  writeSync(1, `${events.at(-1)?.seq}\n`);
}
