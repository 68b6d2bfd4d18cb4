import type { ChangeId, ChatId, SessionId } from "@boocode/shared/ids";
import type { Project } from "@boocode/shared/projects/project";
import type { ChatHit, SearchAnswer } from "@boocode/shared/search/search";
import { hasWords, toSearchWords } from "@boocode/shared/search/words";
import type { Session } from "@boocode/shared/sessions/session";
import type { Command } from "../ui/browser/commands.ts";

/** What the palette looks for: everything, commands after `>`, files after `@`, or the shortcuts after `?`. */
export interface PaletteQuery {
  mode: "all" | "commands" | "files" | "shortcuts";
  text: string;
}

export type PaletteEntry =
  | { kind: "session"; key: string; session: Session; project: string }
  | { kind: "chat"; key: string; sessionId: SessionId; chatId: ChatId; title: string; session: string; isClosed: boolean }
  | { kind: "hit"; key: string; hit: ChatHit; title: string; session: string; isClosed: boolean }
  | { kind: "change"; key: string; sessionId: SessionId; changeId: ChangeId; path: string; session: string }
  | { kind: "file"; key: string; path: string }
  | { kind: "command"; key: string; command: Command };

export interface PaletteGroup {
  label: string;
  items: PaletteEntry[];
}

export interface PaletteInput {
  query: PaletteQuery;
  sessions: readonly Session[];
  projects: readonly Project[];
  commands: readonly Command[];
  /** What the daemon found; null if it has not answered. */
  answer: SearchAnswer | null;
  files: readonly string[];
}

/** Sessions shown before anything is typed, and of those that fit. */
const RECENT = 8;
const MOST_SESSIONS = 10;
const MOST_CHATS = 8;
const MOST_CHANGES = 8;

export function toPaletteQuery(typed: string): PaletteQuery {
  const mode = ({ ">": "commands", "@": "files", "?": "shortcuts" } as const)[typed.trimStart()[0] ?? ""];
  return mode === undefined ? { mode: "all", text: typed.trim() } : { mode, text: typed.trimStart().slice(1).trim() };
}

/** Builds what the palette lists. Groups without entries are left out. */
export function toPaletteGroups(input: PaletteInput): PaletteGroup[] {
  const { query, sessions, answer, files } = input;
  const commands = input.commands.toSorted((a, b) => a.title.localeCompare(b.title));
  const words = toSearchWords(query.text);
  const titles = new Map<string, string>(sessions.map(({ id, title }) => [id, title]));
  const projects = new Map<string, string>(input.projects.map(({ id, name }) => [id, name]));
  const toSession = (session: Session): PaletteEntry => ({
    kind: "session",
    key: `session ${session.id}`,
    session,
    project: projects.get(session.projectId) ?? "",
  });
  const toCommand = (command: Command): PaletteEntry => ({ kind: "command", key: `command ${command.id}`, command });
  const fitting = commands.filter(({ title }) => hasWords(title, words));
  if (query.mode === "shortcuts") {
    const withKeys = fitting.filter(({ keys }) => keys.length > 0);
    return present([{ label: "Shortcuts", items: withKeys.map(toCommand) }]);
  }
  if (query.mode === "commands") return present([{ label: "Commands", items: fitting.map(toCommand) }]);
  if (query.mode === "files") {
    return present([{ label: "Files of this session", items: files.map((path) => ({ kind: "file", key: `file ${path}`, path })) }]);
  }
  if (words.all.length === 0) {
    const recent = sessions.filter(({ archived }) => !archived).toSorted(byNeed);
    return present([
      { label: "Recent sessions", items: recent.slice(0, RECENT).map(toSession) },
      { label: "Commands", items: commands.map(toCommand) },
    ]);
  }
  const named = answer?.named ?? {};
  const nameOf = (sessionId: SessionId, chatId: ChatId) => ({
    title: named[chatId]?.title ?? "",
    session: titles.get(sessionId) ?? "",
    isClosed: named[chatId]?.isClosed ?? false,
  });
  const found = sessions.filter((session) =>
    hasWords(`${session.title}\n${projects.get(session.projectId) ?? ""}\n${session.worktree?.branch ?? ""}`, words),
  );
  const shown = new Set<string>(found.map(({ id }) => id));
  // The chats of a session that is listed are one step further.
  const chats = (answer?.chats ?? []).filter(
    ({ sessionId, chatId }) => !shown.has(sessionId) || hasWords(named[chatId]?.title ?? "", words),
  );
  return present([
    { label: "Sessions", items: found.slice(0, MOST_SESSIONS).map(toSession) },
    {
      label: "Chats",
      items: chats
        .slice(0, MOST_CHATS)
        .map((chat) => ({ kind: "chat", key: `chat ${chat.chatId}`, ...chat, ...nameOf(chat.sessionId, chat.chatId) })),
    },
    { label: "Commands", items: fitting.map(toCommand) },
    {
      label: "Changed files",
      items: (answer?.changes ?? []).slice(0, MOST_CHANGES).map((change) => ({
        kind: "change",
        key: `change ${change.sessionId} ${change.changeId}`,
        ...change,
        session: titles.get(change.sessionId) ?? "",
      })),
    },
    {
      label: "In chats",
      items: (answer?.hits ?? []).map((hit) => ({
        kind: "hit",
        key: `hit ${hit.chatId} ${hit.itemKey}`,
        hit,
        ...nameOf(hit.sessionId, hit.chatId),
      })),
    },
  ]);
}

const present = (groups: PaletteGroup[]): PaletteGroup[] => groups.filter(({ items }) => items.length > 0);

/** Sessions that wait for the person come first, then those used last. */
function byNeed(a: Session, b: Session): number {
  const waits = (session: Session) => Number(session.attention === "needs_you");
  return waits(b) - waits(a) || b.lastActivityAt - a.lastActivityAt;
}
