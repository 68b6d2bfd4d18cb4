import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readSessionEvents, readTranscriptEvents } from "@boocode/db/stores/chats/chat-event-store";
import { listChats } from "@boocode/db/stores/chats/chat-store";
import { openDatabase } from "@boocode/db/open-database";
import type { Database } from "@boocode/db/database";
import { listTasks } from "@boocode/db/stores/chats/task-store";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import type { Transcript } from "@boocode/shared/chats/transcript";
import { type ChatId, Seq, SessionId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import { createTempFolder } from "./repo-builder.ts";

/** A write that was acknowledged to a client. */
export interface AcknowledgedWrite {
  /** Absolute. */
  file: string;
  text: string;
}

export interface Judged {
  dataDir: string;
  /** Prompts acknowledged before the fault: none may be lost. */
  promptIds?: readonly string[];
  writes?: readonly AcknowledgedWrite[];
  /** Events that clients saw, by session id, from the first event on. */
  seen?: ReadonlyMap<string, readonly ChatEvent[]>;
  /** Pid of a running daemon: tasks may then run, locks may be held, and its children are not orphans. */
  daemonPid?: number | undefined;
}

const PAGE_ITEMS = 200;
const ENDED = new Set<Task["state"]>(["completed", "failed", "cancelled", "interrupted"]);

/**
 * Checks a data directory after a fault, even while a daemon is running, and returns one sentence per problem: a damaged store, a gap in a
 * journal, a page that differs from the fold of its events, a task without exactly one end, an ended turn with open items, a lost prompt,
 * write or event, a leftover process or lock.
 */
export async function judgeDataDirectory(judged: Judged): Promise<string[]> {
  const { dataDir } = judged;
  const [stored, files, processes, locks] = await Promise.all([
    judgeStore(judged),
    judgeWrites(judged.writes ?? []),
    judgeProcesses(dataDir, judged.daemonPid),
    judged.daemonPid === undefined ? judgeLocks(dataDir) : [],
  ]);
  return [...stored, ...files, ...processes, ...locks];
}

async function judgeStore(judged: Judged): Promise<string[]> {
  await using folder = await createTempFolder("boocode-oracle-");
  const copy = join(folder.path, "copy.db");
  const wrong: string[] = [];
  const original = new DatabaseSync(join(judged.dataDir, "boocode.db"), { readOnly: true });
  try {
    for (const { quick_check: line } of original.prepare("PRAGMA quick_check").all() as { quick_check: string }[])
      if (line !== "ok") wrong.push(`The store is damaged: ${line}`);
    for (const row of original.prepare("PRAGMA foreign_key_check").all())
      wrong.push(`A row of ${String(row["table"])} refers to nothing in ${String(row["parent"])}`);
    original.prepare("VACUUM INTO ?").run(copy);
  } finally {
    original.close();
  }
  await using db = await openDatabase({ file: copy });
  const sessions = await db.read.selectFrom("sessions").select(["id", "last_seq"]).execute();
  for (const { id, last_seq: lastSeq } of sessions) wrong.push(...(await judgeSession(db, SessionId.parse(id), lastSeq, judged)));
  const known = new Set((await db.read.selectFrom("tasks").select("prompt_id").execute()).map((row) => row.prompt_id));
  for (const id of judged.promptIds ?? []) if (!known.has(id)) wrong.push(`The acknowledged prompt ${id} is lost`);
  return wrong;
}

/** Reads a chat page by page, newest first, as a person who scrolls up does; returns the events in order. */
async function readEveryPage(db: Database, chatId: ChatId): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const page = await readTranscriptEvents(db.read, chatId, { before: Seq.parse(before), limit: PAGE_ITEMS });
    events.push(...page.events);
    const begins = applyChatEvents(emptyTranscript(chatId), page.events).items.map(({ firstSeq }) => firstSeq);
    const next = Math.min(...begins);
    if (!page.hasMore) return events.toSorted((a, b) => a.seq - b.seq);
    if (!(next < before)) throw new Error(`The page of ${chatId} before ${before} does not lead further`);
    before = next;
  }
}

async function judgeSession(db: Database, sessionId: SessionId, lastSeq: number, judged: Judged): Promise<string[]> {
  const events = await readSessionEvents(db.read, sessionId, 0, 1_000_000);
  const tasks = await listTasks(db.read, { sessionId, limit: 100_000 });
  const wrong = [...findGaps(events, lastSeq), ...tasks.flatMap((task) => judgeTask(task, events, judged.daemonPid !== undefined))];
  for (const { body, seq } of events) if (body.type === "unreadable") wrong.push(`Event ${seq} cannot be read`);
  const seen = judged.seen?.get(sessionId) ?? [];
  const ended = new Set(tasks.filter(({ state }) => ENDED.has(state)).map(({ id }) => id as string));
  for (const chat of await listChats(db.read, sessionId)) {
    const whole = applyChatEvents(emptyTranscript(chat.id), events);
    const paged = applyChatEvents(emptyTranscript(chat.id), await readEveryPage(db, chat.id));
    if (toText(whole) !== toText(paged)) wrong.push(`The pages of ${chat.id} are not the fold of its events`);
    wrong.push(...findOpen(whole, ended), ...findLost(seen, whole));
  }
  return wrong.map((sentence) => `${sessionId}: ${sentence}`);
}

/** A seq may be missing only if a whole part replaces the deltas that were there. */
function findGaps(events: readonly ChatEvent[], lastSeq: number): string[] {
  const there = new Set(events.map(({ seq }) => seq));
  const folded = events.flatMap(({ seq, body }) =>
    body.type === "part.set" && body.firstSeq !== null ? [{ from: body.firstSeq, to: seq }] : [],
  );
  const wrong: string[] = [];
  for (let seq = 1; seq <= lastSeq; seq += 1) {
    const isCovered = there.has(seq) || folded.some(({ from, to }) => from <= seq && seq < to);
    if (!isCovered) wrong.push(`Event ${seq} of ${lastSeq} is missing`);
  }
  if ((events.at(-1)?.seq ?? 0) > lastSeq) wrong.push("The journal goes beyond the last seq assigned");
  return wrong;
}

function judgeTask(task: Task, events: readonly ChatEvent[], mayRun: boolean): string[] {
  const ends = events.filter(({ taskId, body }) => taskId === task.id && body.type === "task.ended");
  const expected = ENDED.has(task.state) ? 1 : 0;
  const wrong = ends.length === expected ? [] : [`${task.id} is ${task.state} and has ${ends.length} ends`];
  if (task.state === "running" && !mayRun) wrong.push(`${task.id} says that it runs`);
  if (ends[0]?.body.type === "task.ended" && ends[0].body.state !== task.state)
    wrong.push(`${task.id} is ${task.state}, its end says ${ends[0].body.state}`);
  return wrong;
}

/** Finds items still open although their turn has ended. */
function findOpen(transcript: Transcript, ended: ReadonlySet<string>): string[] {
  return transcript.items.flatMap((item) => {
    if (item.taskId === null || !ended.has(item.taskId)) return [];
    const isOpen =
      (item.kind === "tool" && item.status === "running") ||
      (item.kind === "permission" && item.resolution === null) ||
      ((item.kind === "text" || item.kind === "thought") && item.isStreaming);
    return isOpen ? [`${item.key} of the ended ${item.taskId} is open`] : [];
  });
}

/** Finds items that were shown and are gone or shorter now. Text may have grown. */
function findLost(seen: readonly ChatEvent[], now: Transcript): string[] {
  const before = applyChatEvents(emptyTranscript(now.chatId), seen);
  const items = new Map(now.items.map((item) => [item.key, item]));
  return before.items.flatMap((item) => {
    const later = items.get(item.key);
    if (!later) return [`${item.key} was shown and is gone`];
    const isText = (item.kind === "text" || item.kind === "thought") && later.kind === item.kind;
    return isText && !later.text.startsWith(item.text) ? [`Text of ${item.key} was shown and is gone`] : [];
  });
}

/** Serialises the items as shown, without fields that depend on a subscriber's cursor. */
function toText({ items }: Transcript): string {
  return JSON.stringify(items);
}

async function judgeWrites(writes: readonly AcknowledgedWrite[]): Promise<string[]> {
  const found = await Promise.all(writes.map(({ file }) => readFile(file, "utf8").catch(() => null)));
  return writes.flatMap(({ file, text }, index) => (found[index] === text ? [] : [`The acknowledged write of ${file} is lost`]));
}

async function judgeProcesses(dataDir: string, daemonPid: number | undefined): Promise<string[]> {
  const installId = (await readFile(join(dataDir, "install-id"), "utf8").catch(() => "")).trim();
  if (installId === "") return [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const left = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      if (!environment.split("\0").includes(`BOOCODE_INSTALL_ID=${installId}`)) return [];
      return daemonPid !== undefined && (await descendsFrom(pid, daemonPid)) ? [] : [pid];
    }),
  );
  return left.flat().map((pid) => `Process ${pid} was left behind`);
}

/** Returns whether a process descends from another. Also true if it has exited by now. */
async function descendsFrom(pid: number, ancestor: number): Promise<boolean> {
  for (let current = pid; current !== ancestor;) {
    const stat = await readFile(`/proc/${current}/stat`, "latin1").catch(() => null);
    if (stat === null) return true;
    current = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (current <= 1) return false;
  }
  return true;
}

async function judgeLocks(dataDir: string): Promise<string[]> {
  const names = await readdir(join(dataDir, "checkpoints"), { recursive: true }).catch(() => []);
  const worktrees = await readdir(join(dataDir, "worktrees")).catch(() => []);
  const admin = await Promise.all(
    worktrees.map(async (name) => {
      const pointer = await readFile(join(dataDir, "worktrees", name, ".git"), "utf8").catch(() => "");
      const folder = /^gitdir: (.+)$/m.exec(pointer)?.[1];
      // The repository may be removed by now.
      return folder ? (await readdir(folder).catch(() => [])).map((file) => join(folder, file)) : [];
    }),
  );
  return [...names, ...admin.flat()].filter((name) => name.endsWith(".lock")).map((name) => `The lock ${name} was left behind`);
}
