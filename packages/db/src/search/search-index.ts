import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import type { ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { type ChatHit, type ChatPlaces, type FindInChatQuery, MAX_HITS, MAX_PLACES, type SearchQuery } from "@boocode/shared/search/search";
import { toSearchText } from "@boocode/shared/search/to-search-text";
import { hasWords, SHORTEST, toSearchWords, toSnippet } from "@boocode/shared/search/words";
import BetterSqlite3 from "better-sqlite3";
import { decodeBody } from "../decode-body.ts";
import type { ChatEventTable } from "../schema.ts";
import { isDamage } from "../sqlite-errors.ts";

/** Changes whenever the index is built in another way: an index of another version is built anew. */
const VERSION = 2;
/** How much of a turn's events is read, in bytes; what comes after it is not found. */
export const READ_BYTES = 16 * 1024 * 1024;
/** Hits that are looked through for the words that are too short for the index. */
const LOOKED_AT = 500;
/** Events that carry no text. */
const SILENT = ["usage.updated", "commands.updated", "session.updated", "queue.changed", "checkpoint.taken", "task.started"];

const TABLES = `
  create table entries (
    id integer primary key, session_id text not null, chat_id text not null, task_id text not null,
    item_key text not null, kind text not null, at integer not null
  );
  create index entries_by_task on entries (task_id);
  create index entries_by_session on entries (session_id);
  create table tasks (id text primary key, session_id text not null, stamp text not null);
  create table sessions (id text primary key, last_seq integer not null);
  create virtual table texts using fts5 (text, tokenize = 'trigram');
  pragma user_version = ${VERSION};
`;

const FIND = `
  select e.session_id, e.chat_id, e.task_id, e.item_key, e.kind, e.at, t.text from texts t join entries e on e.id = t.rowid
  where texts match ? and e.session_id in (select value from json_each(?)) order by t.rowid desc limit ?
`;

/** Places in one chat, the newest first. A text that is too short for the index is looked for in all texts of the chat. */
const PLACES = `
  select e.task_id, e.item_key from entries e join texts t on t.rowid = e.id
  where e.session_id = ? and e.chat_id = ? and $where order by e.id desc limit ${MAX_PLACES + 1}
`;

/** A turn whose texts are not in the index as they are now. `stamp` changes with what is to be read. */
interface Pending {
  id: TaskId;
  sessionId: SessionId;
  chatId: ChatId;
  stamp: string;
}

interface SessionSeq {
  id: SessionId;
  last_seq: number;
}

interface EntryRow {
  session_id: SessionId;
  chat_id: ChatId;
  task_id: TaskId;
  item_key: string;
  kind: ChatHit["kind"];
  at: number;
  text: string;
}

/**
 * An index of what was said and done in chats. Everything in it comes from the database, which it only reads: without it, or if it is damaged, it
 * is built anew. Runs in a thread of its own.
 */
export class SearchIndex {
  readonly #store: BetterSqlite3.Database;
  readonly #file: string;
  #index: BetterSqlite3.Database;
  #pending: Pending[] = [];
  #seen: SessionSeq[] = [];

  /** `store`: the database; `file`: the index. Throws the system's error. */
  constructor(store: string, file: string) {
    this.#store = new BetterSqlite3(store, { readonly: true });
    this.#file = file;
    this.#index = this.#open();
  }

  /** Looks for turns that are new, have ended or are gone. Afterwards, {@link readNext} reads them one by one. */
  look(): void {
    const live = this.#store.prepare("select id, last_seq from sessions").all() as SessionSeq[];
    const known = new Map(this.#all<SessionSeq>("select id, last_seq from sessions").map(({ id, last_seq }) => [id, last_seq]));
    const tasksOf = this.#store.prepare(
      "select id, chat_id, state, ended_at from tasks where session_id = ? and state <> 'queued' order by created_at",
    );
    const found: (Pending & { endedAt: number })[] = [];
    for (const { id: sessionId, last_seq } of live) {
      if (known.get(sessionId) === last_seq) continue;
      const stamps = this.#all<{ id: string; stamp: string }>("select id, stamp from tasks where session_id = ?", sessionId);
      const stampOf = new Map(stamps.map(({ id, stamp }) => [id, stamp]));
      for (const task of tasksOf.all(sessionId) as { id: TaskId; chat_id: ChatId; state: string; ended_at: number | null }[]) {
        const stamp = `${task.state} ${task.ended_at ?? ""}`;
        if (stampOf.get(task.id) === stamp) continue;
        found.push({ id: task.id, sessionId, chatId: task.chat_id, stamp, endedAt: task.ended_at ?? Number.POSITIVE_INFINITY });
      }
    }
    // A place in the index is a place in time.
    this.#pending = found.toSorted((a, b) => a.endedAt - b.endedAt);
    this.#seen = live;
    const ids = new Set<string>(live.map(({ id }) => id));
    this.#write(() => {
      for (const id of known.keys()) if (!ids.has(id)) this.#forgetSession(id);
      if (found.length === 0) this.#noteSeen();
    });
  }

  /** Reads one turn into the index. Returns false if there is none left. */
  readNext(): boolean {
    const next = this.#pending[0];
    if (!next) return false;
    const entries = this.#readTexts(next);
    this.#write(() => {
      this.#forgetTask(next.id);
      const insertEntry = this.#index.prepare(
        "insert into entries (session_id, chat_id, task_id, item_key, kind, at) values (?, ?, ?, ?, ?, ?)",
      );
      const insertText = this.#index.prepare("insert into texts (rowid, text) values (?, ?)");
      for (const { key, kind, at, text } of entries) {
        const { lastInsertRowid } = insertEntry.run(next.sessionId, next.chatId, next.id, key, kind, at);
        insertText.run(lastInsertRowid, text);
      }
      this.#index.prepare("insert or replace into tasks (id, session_id, stamp) values (?, ?, ?)").run(next.id, next.sessionId, next.stamp);
      if (this.#pending.length === 1) this.#noteSeen();
    });
    // An index begun anew meanwhile has all turns before it again.
    if (this.#pending[0] === next) this.#pending.shift();
    return this.#pending.length > 0;
  }

  /** Finds texts that have all words, the newest first. Those of sessions in the trash are left out. */
  find({ query, sessionId }: SearchQuery): { hits: ChatHit[]; isCut: boolean; isReading: boolean } {
    const words = toSearchWords(query);
    if (words.indexed.length === 0) return { hits: [], isCut: false, isReading: this.#pending.length > 0 };
    const live = this.#listLive().filter((id) => sessionId === undefined || id === sessionId);
    const limit = words.indexed.length === words.all.length ? MAX_HITS + 1 : LOOKED_AT;
    const rows = this.#all<EntryRow>(FIND, toMatch(words.indexed), JSON.stringify(live), limit);
    const fitting = rows.filter(({ text }) => hasWords(text, words));
    const hits = fitting.slice(0, MAX_HITS).map((row): ChatHit => ({
      sessionId: row.session_id,
      chatId: row.chat_id,
      taskId: row.task_id,
      itemKey: row.item_key,
      kind: row.kind,
      at: row.at,
      snippet: toSnippet(row.text, words),
    }));
    return { hits, isCut: fitting.length > MAX_HITS || rows.length === LOOKED_AT, isReading: this.#pending.length > 0 };
  }

  /** Finds the items of a chat that have a text; none in a chat whose session is in the trash. */
  findInChat({ chatId, text }: FindInChatQuery): ChatPlaces {
    const isReading = this.#pending.some((turn) => turn.chatId === chatId);
    const sessionId = this.#store
      .prepare("select s.id from chats c join sessions s on s.id = c.session_id where c.id = ? and s.deleted_at is null")
      .pluck()
      .get(chatId) as string | undefined;
    if (sessionId === undefined) return { places: [], isCut: false, isReading };
    const lower = text.toLowerCase();
    const isIndexed = [...lower].length >= SHORTEST;
    const sql = PLACES.replace("$where", isIndexed ? "texts match ?" : "instr(folded(t.text), ?) > 0");
    const rows = this.#all<Pick<EntryRow, "task_id" | "item_key">>(sql, sessionId, chatId, isIndexed ? toMatch([lower]) : lower);
    const places = rows.slice(0, MAX_PLACES).map(({ task_id, item_key }) => ({ taskId: task_id, itemKey: item_key }));
    return { places: places.toReversed(), isCut: rows.length > MAX_PLACES, isReading };
  }

  close(): void {
    this.#store.close();
    this.#index.close();
  }

  #listLive(): string[] {
    return this.#store.prepare("select id from sessions where deleted_at is null").pluck().all() as string[];
  }

  #readTexts({ id, sessionId, chatId }: Pending) {
    const rows = this.#store
      .prepare(
        `select seq, type, at, payload from chat_events where task_id = ? and chat_id = ? and type not in (${SILENT.map(() => "?").join(", ")})
         order by seq`,
      )
      .iterate(id, chatId, ...SILENT) as IterableIterator<Pick<ChatEventTable, "seq" | "type" | "at" | "payload">>;
    const events: ChatEvent[] = [];
    let bytes = 0;
    for (const row of rows) {
      bytes += row.payload.length;
      if (bytes > READ_BYTES) break;
      events.push({ sessionId, seq: row.seq, chatId, taskId: id, at: row.at, body: decodeBody(row) });
    }
    return applyChatEvents(emptyTranscript(chatId), events).items.flatMap((item) => {
      const found = toSearchText(item);
      return found ? [{ key: item.key, at: item.at, ...found }] : [];
    });
  }

  #noteSeen(): void {
    const note = this.#index.prepare("insert or replace into sessions (id, last_seq) values (?, ?)");
    for (const { id, last_seq } of this.#seen) note.run(id, last_seq);
  }

  #forgetTask(id: string): void {
    this.#index.prepare("delete from texts where rowid in (select id from entries where task_id = ?)").run(id);
    this.#index.prepare("delete from entries where task_id = ?").run(id);
  }

  #forgetSession(id: string): void {
    this.#index.prepare("delete from texts where rowid in (select id from entries where session_id = ?)").run(id);
    for (const table of ["entries", "tasks"]) this.#index.prepare(`delete from ${table} where session_id = ?`).run(id);
    this.#index.prepare("delete from sessions where id = ?").run(id);
  }

  /** Rows of the index; none if it is damaged. */
  #all<T>(sql: string, ...values: unknown[]): T[] {
    return this.#orAnew(() => this.#index.prepare(sql).all(...values) as T[]) ?? [];
  }

  #write(work: () => void): void {
    this.#orAnew(() => this.#index.transaction(work)());
  }

  /** Runs work on the index. If the index is damaged, it is begun anew, and the work is left out. */
  #orAnew<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#index.close();
      this.#remove();
      this.#index = this.#open();
      this.look();
      return undefined;
    }
  }

  #open(): BetterSqlite3.Database {
    for (const isLast of [false, true]) {
      let index: BetterSqlite3.Database | null = null;
      try {
        // SQLite gives the files beside it the same permissions.
        if (!existsSync(this.#file)) closeSync(openSync(this.#file, "wx", 0o600));
        index = new BetterSqlite3(this.#file);
        index.function("folded", { deterministic: true }, (text) => String(text).toLowerCase());
        index.pragma("journal_mode = wal");
        // What a power failure takes away is read again.
        index.pragma("synchronous = off");
        const version = index.pragma("user_version", { simple: true });
        if (version === VERSION) return index;
        if (version === 0 && index.prepare("select count(*) from sqlite_schema").pluck().get() === 0) {
          index.exec(TABLES);
          // What is purged leaves the index at once, not with its next merge.
          index.exec("insert into texts (texts, rank) values ('secure-delete', 1)");
          return index;
        }
        index.close();
      } catch (error) {
        index?.close();
        if (isLast || !isDamage(error)) throw error;
      }
      this.#remove();
    }
    throw new Error("The index of chats cannot be made");
  }

  #remove(): void {
    for (const part of ["", "-wal", "-shm"]) rmSync(this.#file + part, { force: true });
  }
}

/** A query of the index: each word as it is, all of them. */
const toMatch = (words: readonly string[]) => words.map((word) => `"${word.replaceAll('"', '""')}"`).join(" AND ");
