import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildChat, buildProject, buildSession, buildTask, buildWorktree } from "@boocode/shared/testing/build";
import { onTestFinished } from "vitest";
import { insertChat } from "../src/stores/chats/chat-store.ts";
import type { Database } from "../src/database.ts";
import { openDatabase } from "../src/open-database.ts";
import { insertProject } from "../src/stores/project-store.ts";
import { insertSession } from "../src/stores/sessions/session-store.ts";
import { insertTask } from "../src/stores/chats/task-store.ts";
import { insertWorktree } from "../src/stores/worktree-store.ts";

/** A file in a folder of its own that goes with the test. */
export function scratchFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "boocode-db-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "boocode.db");
}

/** An open, empty database that closes with the test. */
export async function scratchDatabase(file: string = scratchFile()): Promise<Database> {
  const db = await openDatabase({ file });
  onTestFinished(() => db.close());
  return db;
}

/** The built project and session, one chat, one queued task and one worktree. */
export async function seed(db: Database): Promise<void> {
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject());
    await insertSession(tx, buildSession());
    await insertChat(tx, buildChat());
    await insertTask(tx, buildTask());
    await insertWorktree(tx, buildWorktree());
  });
}
