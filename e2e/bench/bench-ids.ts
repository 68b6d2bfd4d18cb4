import { AgentId, ChatId, ProjectId, SessionId } from "@boocode/shared/ids";

/** Makes an id as long as the daemon's, the same in every run. */
export const toId = (prefix: string, number: number) => `${prefix}_01k2${String(number).padStart(22, "0")}`;

/** The session, chat and task ids of the streamed events. */
export const BENCH_IDS = {
  project: ProjectId.parse(toId("prj", 1)),
  session: SessionId.parse(toId("ses", 1)),
  chat: ChatId.parse(toId("chat", 1)),
  agent: AgentId.parse("boocode"),
  at: Date.UTC(2026, 0, 1),
} as const;

export const WORDS = ["branch", "commit", "change", "folder", "module", "parser", "reader", "string", "update", "worker"] as const;
