import { AgentId, ChatId, ProjectId, SessionId } from "@boocode/shared/ids";

/** An id of the length the daemon's have, the same in every run. */
export const toId = (prefix: string, number: number) => `${prefix}_01k2${String(number).padStart(22, "0")}`;

/** Whose the streamed events are. */
export const BENCH_IDS = {
  project: ProjectId.parse(toId("prj", 1)),
  session: SessionId.parse(toId("ses", 1)),
  chat: ChatId.parse(toId("chat", 1)),
  agent: AgentId.parse("boocode"),
  at: Date.UTC(2026, 0, 1),
} as const;

export const WORDS = ["branch", "commit", "change", "folder", "module", "parser", "reader", "string", "update", "worker"] as const;
