import { readFileSync, writeFileSync } from "node:fs";

export type OpencodeTokens = { input: number; output: number; reasoning: number; cache: { read: number; write: number } };
export type OpencodeError = { name: string; data: { message: string } };

export interface StoredPart extends Record<string, unknown> {
  id: string;
  sessionID: string;
  messageID: string;
  type: string;
}

export interface StoredInfo extends Record<string, unknown> {
  id: string;
  sessionID: string;
  role: "user" | "assistant";
  time: { created: number; completed?: number };
}

export interface StoredMessage {
  info: StoredInfo;
  parts: StoredPart[];
}

export interface StoredSession extends Record<string, unknown> {
  id: string;
  directory: string;
  parentID?: string;
  title: string;
  cost: number;
  tokens: OpencodeTokens;
  time: { created: number; updated: number };
}

interface Stored {
  counter: number;
  sessions: { info: StoredSession; messages: StoredMessage[]; todos: unknown[] }[];
}

/** Opencode's storage of sessions and messages. With a file it outlives the process. */
export class OpencodeStore {
  readonly #file: string | null;
  readonly #sessions = new Map<string, Stored["sessions"][number]>();
  #counter = 0;

  constructor(file: string | null = null) {
    this.#file = file;
    if (file === null) return;
    const text = readIfThere(file);
    if (text === null) return;
    const stored = JSON.parse(text) as Stored;
    this.#counter = stored.counter;
    for (const session of stored.sessions) this.#sessions.set(session.info.id, session);
  }

  /**
   * Creates an id in the form of the real ones: milliseconds and a counter, so that ids sort by time, including those created by clients.
   */
  newId(prefix: "ses" | "msg" | "prt" | "per" | "que" | "evt" | "call"): string {
    this.#counter = Math.max(this.#counter, (Date.now() % 2 ** 36) * 0x1000) + 1;
    return `${prefix}_${this.#counter.toString(16).padStart(12, "0")}scripted`;
  }

  addSession(directory: string, title: string, parentID?: string): StoredSession {
    const id = this.newId("ses");
    const info: StoredSession = {
      id,
      slug: `scripted-${id.slice(4, 16)}`,
      version: "1.18.33",
      projectID: "global",
      directory,
      path: "",
      ...(parentID === undefined ? {} : { parentID }),
      title,
      cost: 0,
      tokens: noTokens(),
      time: { created: Date.now(), updated: Date.now() },
    };
    this.#sessions.set(id, { info, messages: [], todos: [] });
    this.save();
    return info;
  }

  find(sessionId: string): Stored["sessions"][number] | undefined {
    return this.#sessions.get(sessionId);
  }

  list(directory: string): StoredSession[] {
    return [...this.#sessions.values()].map(({ info }) => info).filter((info) => info.directory === directory);
  }

  remove(sessionId: string): void {
    this.#sessions.delete(sessionId);
    this.save();
  }

  messages(sessionId: string): StoredMessage[] {
    return this.#sessions.get(sessionId)?.messages ?? [];
  }

  /** Adds the part to its message, or replaces it. */
  setPart(part: StoredPart): void {
    const message = this.messages(part.sessionID).find(({ info }) => info.id === part.messageID);
    if (!message) return;
    const index = message.parts.findIndex(({ id }) => id === part.id);
    if (index < 0) message.parts.push(part);
    else message.parts[index] = part;
    this.save();
  }

  setMessage(info: StoredInfo): void {
    const messages = this.messages(info.sessionID);
    const message = messages.find(({ info: { id } }) => id === info.id);
    if (message) message.info = info;
    else messages.push({ info, parts: [] });
    this.save();
  }

  save(): void {
    if (this.#file === null) return;
    const stored: Stored = { counter: this.#counter, sessions: [...this.#sessions.values()] };
    writeFileSync(this.#file, JSON.stringify(stored));
  }
}

export function noTokens(): OpencodeTokens {
  return { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
