import { join } from "node:path";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import type { Database } from "@boocode/db/database";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { BUILT_IDS, buildChat, buildProject, buildSession } from "@boocode/shared/testing/build";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { onTestFinished } from "vitest";

/** Opens an empty journal with the built session and chat. It is removed with the test. */
export async function openJournal(onLongLog: (bytes: number) => void = () => {}): Promise<{ db: Database; file: string }> {
  const folder = await createTempFolder();
  const file = join(folder.path, "db.sqlite");
  const db = await openDatabase({ file, onLongLog });
  onTestFinished(async () => {
    await db.close();
    await folder[Symbol.asyncDispose]();
  });
  await db.write("normal", async (tx) => {
    await insertProject(tx, buildProject());
    await insertSession(tx, buildSession());
    await insertChat(tx, buildChat());
  });
  return { db, file };
}

/** Appends parts of an answer in one transaction. */
export async function appendText(db: Database, partId: string, ...texts: readonly string[]): Promise<void> {
  const { session, chat: chatId, task: taskId } = BUILT_IDS;
  const events = texts.map((text) => ({ chatId, taskId, at: 1, body: toTextBody(partId, text) }));
  await db.write("normal", (tx, announce) => appendChatEvents(tx, announce, session, events));
}

/** The event of a whole part, as it is stored. */
export const toTextBody = (partId: string, text: string) => ({ type: "part.set", partId, kind: "text", firstSeq: null, text }) as const;
