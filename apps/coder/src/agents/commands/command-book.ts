import { isDeepStrictEqual } from "node:util";
import type { Database } from "@boocode/db/database";
import { listAgentCommands, upsertAgentCommands } from "@boocode/db/stores/agents/agent-commands-store";
import { findAgentCommands } from "@boocode/db/stores/agents/agent-session-store";
import { findChat } from "@boocode/db/stores/chats/chat-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { type KnownCommands, type SlashCommand, toKeptCommands } from "@boocode/shared/agents/commands/slash-command";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChatId, ProjectId } from "@boocode/shared/ids";
import type { Feed } from "../../feed/feed.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import type { AgentCommand } from "../find-command.ts";
import { toProgramKey } from "../learning/program-key.ts";

export interface CommandBookDeps {
  db: Database;
  feed: Feed;
  time: Pick<Time, "now">;
  logger: Logger;
  /** Finds the program of an agent; null if there is none. */
  findProgram(agent: AgentId): Promise<AgentCommand | null>;
  /** Whether an agent has no commands of its own at all. */
  hasNone(agent: AgentId): boolean;
}

/** Where an agent announced its commands: in a chat of a project, or outside of all projects. */
export type AnnouncedIn = { chatId: ChatId; projectId: ProjectId } | "nowhere";

/** The most chats whose announcements are kept in memory. Those of others are read from the journal. */
const MAX_CHATS = 500;

/**
 * Knows which commands each agent has. What an agent announces counts in its chat; it is kept for its project, and what it announces in an
 * empty folder for everywhere, as long as its program is the same.
 */
export class CommandBook {
  readonly #deps: CommandBookDeps;
  readonly #live = new Map<string, readonly SlashCommand[]>();
  /** The writes under way, one after the other. */
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: CommandBookDeps) {
    this.#deps = deps;
  }

  /** Notes what an agent has announced. Tells the page if it is something new. */
  note(agent: AgentId, place: AnnouncedIn, announced: readonly SlashCommand[]): void {
    const commands = toKeptCommands(announced);
    if (place !== "nowhere") {
      const key = toKey(place.chatId, agent);
      if (isDeepStrictEqual(this.#live.get(key), commands)) return;
      this.#live.delete(key);
      this.#live.set(key, commands);
      if (this.#live.size > MAX_CHATS) this.#live.delete(this.#live.keys().next().value as string);
      this.#deps.feed.changed({ noun: "agents", ids: [agent] });
    }
    this.#writing = this.#writing
      .then(() => this.#keep(agent, place === "nowhere" ? "" : place.projectId, commands))
      .catch((error: unknown) => this.#deps.logger.warn({ err: error, agent }, "The commands of an agent could not be kept"));
  }

  /** Returns an agent's commands in a chat. `agent`: the chat's own if absent. Faults: `chat_not_found`. */
  async list(chatId: ChatId, chosen?: AgentId): Promise<KnownCommands> {
    const { db, hasNone } = this.#deps;
    const chat = await findChat(db.read, chatId);
    if (chat === null) throw new DomainError({ kind: "chat_not_found", chatId });
    const agent = chosen ?? chat.agent;
    if (hasNone(agent)) return { isKnown: true, commands: [] };
    const live = this.#live.get(toKey(chatId, agent));
    if (live) return { isKnown: true, commands: live };
    const inChat = await findAgentCommands(db.read, chatId, agent);
    if (inChat) return { isKnown: true, commands: toKeptCommands(inChat) };
    const session = await findSession(db.read, chat.sessionId);
    const kept = await this.#listKept(agent, session?.projectId ?? null);
    return { isKnown: kept.length > 0, commands: kept[0]?.commands ?? [] };
  }

  /** Returns the names of an agent's commands in a chat; null if it has not said which it has. */
  async namesOf(chatId: ChatId, agent: AgentId): Promise<readonly string[] | null> {
    const { isKnown, commands } = await this.list(chatId, agent);
    return isKnown ? commands.map(({ name }) => name) : null;
  }

  /** Returns whether this program of an agent has said outside of all projects which commands it has. */
  async isKnown(agent: AgentId, programKey: string): Promise<boolean> {
    await this.#writing;
    return (await listAgentCommands(this.#deps.db.read, agent, null)).some((kept) => kept.programKey === programKey);
  }

  /** Resolves when everything noted so far is stored. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #listKept(agent: AgentId, projectId: ProjectId | null) {
    await this.#writing;
    const kept = await listAgentCommands(this.#deps.db.read, agent, projectId);
    if (kept.length === 0) return [];
    const programKey = await this.#programKeyOf(agent);
    return kept.filter((each) => each.programKey === programKey);
  }

  async #keep(agent: AgentId, projectId: string, commands: SlashCommand[]): Promise<void> {
    const { db, feed, time } = this.#deps;
    const programKey = await this.#programKeyOf(agent);
    if (programKey === null) return;
    const before = (await listAgentCommands(db.read, agent, projectId as ProjectId)).find((kept) => kept.projectId === projectId);
    if (before?.programKey === programKey && isDeepStrictEqual(before.commands, commands)) return;
    await db.write("normal", (tx) => upsertAgentCommands(tx, { agent, projectId, programKey, commands, announcedAt: time.now() }));
    feed.changed({ noun: "agents", ids: [agent] });
  }

  async #programKeyOf(agent: AgentId): Promise<string | null> {
    const program = await this.#deps.findProgram(agent).catch(() => null);
    return program && toProgramKey(program);
  }
}

const toKey = (chatId: ChatId, agent: AgentId): string => `${chatId} ${agent}`;
