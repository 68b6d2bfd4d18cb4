import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { appendChatEvents, readSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { insertTask } from "@boocode/db/stores/chats/task-store";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import { BUILT_IDS, buildChat, buildProject, buildSession, buildTask } from "@boocode/shared/testing/build";
import { expect, it, onTestFinished } from "vitest";
import { judgeDataDirectory, type Judged } from "./oracle.ts";
import { createTempFolder } from "./repo-builder.ts";

const { agent, session, chat, task, prompt } = BUILT_IDS;
const BODIES: ChatEventBody[] = [
  { type: "prompt.accepted", promptId: prompt, agent, model: "", mode: "", kind: "message", text: "Do it" },
  { type: "task.started", agent, model: "scripted" },
  { type: "text.delta", partId: "part", offset: 0, text: "Hello " },
  { type: "text.delta", partId: "part", offset: 6, text: "there" },
  { type: "tool.started", callId: "call", name: "write", kind: "write", title: "Write", paths: [], input: {} },
  { type: "tool.updated", callId: "call", status: "completed", result: {} },
  {
    type: "task.ended",
    state: "completed",
    agent,
    model: "scripted",
    cause: null,
    evidence: null,
    durationMs: 1,
    usage: null,
    filesChanged: 0,
  },
];

it("finds no problems in an intact directory", async () => {
  const { judge, path, events } = await make();
  const file = join(path, "a.txt");
  await writeFile(file, "one");
  expect(await judge({ promptIds: [prompt], writes: [{ file, text: "one" }], seen: new Map([[session, events]]) })).toEqual([]);
});

it.each([
  ["a gap in the journal", "delete from chat_events where seq = 4", /Event 4 of 7 is missing/],
  ["a seq without an event", "update sessions set last_seq = 8", /Event 8 of 8 is missing/],
  ["an event beyond the last seq", "update sessions set last_seq = 6", /beyond the last seq/],
  ["an event that cannot be read", `update chat_events set payload = '{}' where seq = 5`, /Event 5 cannot be read/],
  ["a task without its end", "delete from chat_events where seq = 7", /task-1 is completed and has 0 ends/],
  ["an end with a different state", "update tasks set state = 'failed'", /task-1 is failed, its end says completed/],
  ["a task that seems to run", "update tasks set state = 'running'", /task-1 says that it runs/],
  ["a page that is not the fold", "update chat_events set item_key = 'part:other' where seq = 4", /are not the fold of its events/],
  ["a row that refers to nothing", "update tasks set chat_id = 'nobody'", /A row of tasks refers to nothing/],
])("finds %s", async (_, damage, complaint) => {
  const { judge, path } = await make();
  const database = new DatabaseSync(join(path, "boocode.db"), { enableForeignKeyConstraints: false });
  database.exec(damage);
  database.close();
  expect(await judge()).toContainEqual(expect.stringMatching(complaint));
});

it("finds lost acknowledged data", async () => {
  const { judge, path, events } = await make();
  const file = join(path, "lost.txt");
  const later = { ...events[3]!, seq: 8, body: { type: "text.delta" as const, partId: "part", offset: 11, text: ", you" } };
  const wrong = await judge({
    promptIds: ["prompt-lost"],
    writes: [{ file, text: "one" }],
    seen: new Map([[session, [...events, later]]]),
  });
  expect(wrong).toEqual([
    "session-1: Text of part:part was shown and is gone",
    "The acknowledged prompt prompt-lost is lost",
    `The acknowledged write of ${file} is lost`,
  ]);
});

it("finds leftover processes and locks, except those of a running daemon", async () => {
  const { judge, path } = await make();
  await writeFile(join(path, "install-id"), "an-install\n");
  await mkdir(join(path, "checkpoints", "one"), { recursive: true });
  const lock = join("one", "index.lock");
  await writeFile(join(path, "checkpoints", lock), "");
  const child = spawn("sleep", ["600"], { env: { PATH: "/usr/bin:/bin", BOOCODE_INSTALL_ID: "an-install" } });
  onTestFinished(() => void child.kill());
  expect(await judge()).toEqual([`Process ${child.pid} was left behind`, `The lock ${lock} was left behind`]);
  expect(await judge({ daemonPid: process.pid })).toEqual([]);
});

/** A data directory with one task that has ended. */
async function make() {
  const folder = await createTempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const { path } = folder;
  await using db = await openDatabase({ file: join(path, "boocode.db") });
  await db.write("full", async (tx, announce) => {
    await insertProject(tx, buildProject());
    await insertSession(tx, buildSession());
    await insertChat(tx, buildChat());
    await insertTask(tx, buildTask({ state: "completed", startedAt: 1_000, endedAt: 1_001 }));
    await appendChatEvents(
      tx,
      announce,
      session,
      BODIES.map((body) => ({ chatId: chat, taskId: task, at: 1_000, body })),
    );
  });
  const events = await readSessionEvents(db.read, session, 0, 100);
  const judge = (judged: Partial<Judged> = {}) => judgeDataDirectory({ dataDir: path, ...judged });
  return { path, events, judge };
}
