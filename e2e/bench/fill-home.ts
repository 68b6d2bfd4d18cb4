import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import type { Database } from "@boocode/db/database";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { insertTask } from "@boocode/db/stores/chats/task-store";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import { ChatId, PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import { buildChat, buildProject, buildSession, buildTask } from "@boocode/shared/testing/build";
import type { DaemonHome } from "../fixture/start-daemon.ts";
import { BENCH_IDS, toId } from "./bench-ids.ts";
import { endedTurn, ITEMS_PER_TURN } from "./ended-turn.ts";
import { streamedNewEvents } from "./streamed-events.ts";

const EVENTS_PER_WRITE = 2_000;
const TURNS_PER_WRITE = 50;

export interface FilledChat {
  sessionId: SessionId;
  chatId: ChatId;
  title: string;
  /** A text that occurs only in its newest answer. */
  lastWords: string;
}

/** Opens the database of a home whose daemon is stopped, with the same function as the daemon. */
export function openHome(home: DaemonHome): Promise<Database> {
  const folder = join(home.dataDir, "data");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openDatabase({ file: toDatabaseFile(home) });
}

export const toDatabaseFile = (home: DaemonHome) => join(home.dataDir, "data", "boocode.db");

/** Adds the project and first session that most measurements need. The project's folder is never read. */
export async function fillProject(db: Database): Promise<void> {
  await db.write("normal", (tx) => insertProject(tx, buildProject({ id: BENCH_IDS.project, name: "bench", path: "/projects/bench" })));
}

/** Adds a session with one empty chat. */
export async function fillSession(db: Database, number: number, title: string): Promise<{ sessionId: SessionId; chatId: ChatId }> {
  const sessionId = SessionId.parse(toId("ses", number));
  const chatId = ChatId.parse(toId("chat", number));
  await db.write("normal", async (tx) => {
    await insertSession(tx, buildSession({ id: sessionId, projectId: BENCH_IDS.project, title }));
    await insertChat(tx, buildChat({ id: chatId, sessionId, title }));
  });
  return { sessionId, chatId };
}

/** Adds the streamed events of a running turn to a session's journal. */
export async function fillStream(db: Database, sessionId: SessionId, count: number): Promise<void> {
  for (let from = 0; from < count; from += EVENTS_PER_WRITE) {
    const newEvents = streamedNewEvents(Math.min(EVENTS_PER_WRITE, count - from), from);
    await db.write("normal", (tx, announce) => appendChatEvents(tx, announce, sessionId, newEvents));
  }
}

/** Adds a session with a chat for each number of items, which must be a multiple of {@link ITEMS_PER_TURN}. */
export async function fillChats(db: Database, itemCounts: readonly number[]): Promise<FilledChat[]> {
  const sessionId = BENCH_IDS.session;
  await db.write("normal", (tx) => insertSession(tx, buildSession({ id: sessionId, projectId: BENCH_IDS.project, title: "Long chats" })));
  const filled: FilledChat[] = [];
  for (const [index, items] of itemCounts.entries()) {
    const number = index + 1;
    const chatId = ChatId.parse(toId("chat", number));
    const title = `${items.toLocaleString("en-US")} items (${number})`;
    const lastWords = `These are the last words of chat ${number}.`;
    // Tabs are ordered by their chats' creation.
    await db.write("normal", (tx) => insertChat(tx, buildChat({ id: chatId, sessionId, title, createdAt: BENCH_IDS.at + index })));
    await fillTurns(db, { sessionId, chatId, lastWords, turns: items / ITEMS_PER_TURN, firstTask: number * 100_000 });
    filled.push({ sessionId, chatId, title, lastWords });
  }
  return filled;
}

/** Adds a session whose one chat has a turn for each answer, in order: a prompt, the answer's text, and the end. */
export async function fillAnswers(db: Database, session: number, answers: readonly string[]): Promise<SessionId> {
  const { sessionId, chatId } = await fillSession(db, session, `Answers ${session}`);
  for (const [index, text] of answers.entries()) {
    const number = session * 1_000 + index;
    const ids = { taskId: TaskId.parse(toId("tsk", number)), promptId: PromptId.parse(toId("prm", number)) };
    const bodies = endedTurn({ ...ids, number, lastWords: "" }).flatMap((body): ChatEventBody[] => {
      if (body.type === "part.set" || body.type === "tool.started" || body.type === "tool.updated") return [];
      if (body.type !== "task.ended") return [body];
      return [{ type: "part.set", partId: `answer-${number}`, kind: "text", firstSeq: null, text }, body];
    });
    const at = BENCH_IDS.at + number * 60_000;
    await db.write("normal", (tx, announce) => appendTurn(tx, announce, { sessionId, chatId, ...ids, at, bodies }));
  }
  return sessionId;
}

async function fillTurns(
  db: Database,
  chat: Pick<FilledChat, "sessionId" | "chatId" | "lastWords"> & { turns: number; firstTask: number },
): Promise<void> {
  const { sessionId, chatId, turns } = chat;
  for (let from = 0; from < turns; from += TURNS_PER_WRITE) {
    await db.write("normal", async (tx, announce) => {
      for (let turn = from; turn < Math.min(from + TURNS_PER_WRITE, turns); turn += 1) {
        const number = chat.firstTask + turn;
        const ids = { taskId: TaskId.parse(toId("tsk", number)), promptId: PromptId.parse(toId("prm", number)) };
        const bodies = endedTurn({ ...ids, number: turn, lastWords: turn === turns - 1 ? chat.lastWords : "" });
        await appendTurn(tx, announce, { sessionId, chatId, ...ids, at: BENCH_IDS.at + turn * 60_000, bodies });
      }
    });
  }
}

interface Turn {
  sessionId: SessionId;
  chatId: ChatId;
  taskId: TaskId;
  promptId: PromptId;
  at: number;
  bodies: readonly ChatEventBody[];
}

/** Adds an ended turn: its events and its task. */
async function appendTurn(...[tx, announce, turn]: [...Parameters<Parameters<Database["write"]>[1]>, Turn]): Promise<void> {
  const { sessionId, chatId, taskId, promptId, at, bodies } = turn;
  const events = await appendChatEvents(
    tx,
    announce,
    sessionId,
    bodies.map((body, index) => ({ chatId, taskId, at: at + index, body })),
  );
  const times = { createdAt: at, startedAt: at, endedAt: at + bodies.length };
  await insertTask(tx, buildTask({ id: taskId, promptId, sessionId, chatId, state: "completed", acceptedSeq: events[0]!.seq, ...times }));
}
