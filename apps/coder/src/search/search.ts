import type { Queryable } from "@boocode/db/database";
import type { SearchApart } from "@boocode/db/search/search-apart";
import { findChangesByPath, listTitledChats } from "@boocode/db/stores/search-store";
import { type ChatPlaces, type FindInChatQuery, MAX_HITS, type SearchAnswer, type SearchQuery } from "@boocode/shared/search/search";
import { hasWords, toSearchWords } from "@boocode/shared/search/words";
import type { Feed } from "../feed/feed.ts";
import type { Time } from "../platform/time.ts";

export interface SearchDeps {
  db: { read: Queryable };
  feed: Pick<Feed, "onWorkspace">;
  time: Pick<Time, "after">;
  apart: SearchApart;
}

/** How long after a start the index looks for what is new: the start itself comes first. */
const FIRST_LOOK_MS = 5_000;
/** How long news is collected before the index looks, in milliseconds. */
const COLLECT_MS = 500;
/** What may add texts to chats, or take them away. */
const NOUNS: ReadonlySet<string> = new Set(["tasks", "sessions", "trash"]);

/** Finds what was said and done, in all sessions that are not in the trash. */
export class Search {
  readonly #deps: SearchDeps;
  readonly #unwatch: () => void;
  #cancel: () => void;
  #isDue = false;

  constructor(deps: SearchDeps) {
    this.#deps = deps;
    this.#cancel = deps.time.after(FIRST_LOOK_MS, () => deps.apart.look());
    this.#unwatch = deps.feed.onWorkspace(({ noun }) => void (NOUNS.has(noun) && this.#lookSoon()));
  }

  /** Faults: `storage_failed` if the index cannot be used. */
  async query(input: SearchQuery): Promise<SearchAnswer> {
    const { db, apart } = this.#deps;
    const words = toSearchWords(input.query);
    const [all, changes, { hits, isCut, isReading }] = await Promise.all([
      listTitledChats(db.read, input.sessionId),
      findChangesByPath(db.read, words.all, { sessionId: input.sessionId, limit: MAX_HITS }),
      apart.find(input),
    ]);
    const chats = all.filter(({ title, sessionTitle }) => hasWords(`${title}\n${sessionTitle}`, words)).slice(0, MAX_HITS);
    const named = new Set<string>([...chats.map(({ id }) => id), ...hits.map(({ chatId }) => chatId)]);
    return {
      chats: chats.map(({ id, sessionId }) => ({ sessionId, chatId: id })),
      changes,
      hits,
      named: Object.fromEntries(
        all.flatMap(({ id, title, closedAt }) => (named.has(id) ? [[id, { title, isClosed: closedAt !== null }]] : [])),
      ),
      isCut,
      isReading,
    };
  }

  /** Faults: `storage_failed` if the index cannot be used. */
  findInChat(query: FindInChatQuery): Promise<ChatPlaces> {
    return this.#deps.apart.findInChat(query);
  }

  async close(): Promise<void> {
    this.#unwatch();
    this.#cancel();
    await this.#deps.apart.close();
  }

  #lookSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#cancel();
    this.#cancel = this.#deps.time.after(COLLECT_MS, () => {
      this.#isDue = false;
      this.#deps.apart.look();
    });
  }
}
