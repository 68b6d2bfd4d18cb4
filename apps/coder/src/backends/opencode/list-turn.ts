import { z } from "zod";
import type { TurnAnswer } from "@boocode/shared/agents/turn-guard";
import { decodeMessage, decodePart } from "./decode-event.ts";
import type { OpencodeClient } from "./opencode-client.ts";
import type { OpencodeEvent } from "./opencode-event.ts";
import { MessageList, StatusMap, WirePermission, WireQuestion } from "./opencode-wire.ts";
import { toAnswer } from "./to-turn-signal.ts";

/** What opencode has of a turn: as events that set what they name, and what the guard wants to know. */
export interface ListedTurn {
  events: OpencodeEvent[];
  isBusy: boolean;
  isAccepted: boolean;
  answer: TurnAnswer | null;
}

const MAX_MESSAGES = 200;
const LIMIT_MS = 15_000;

/** Asks for a session's messages, then whether it is at work: in this order an answer that is over and an idle agent mean the end. */
export async function listTurn(client: OpencodeClient, directory: string, sessionId: string, promptId: string): Promise<ListedTurn> {
  const path = `/session/${encodeURIComponent(sessionId)}/message`;
  const query = { limit: String(MAX_MESSAGES) };
  const listed = await client.ask({ method: "GET", path, directory, query, answer: MessageList, timeoutMs: LIMIT_MS });
  const statuses = await client.ask({ method: "GET", path: "/session/status", directory, answer: StatusMap, timeoutMs: LIMIT_MS });
  const messages = listed.flatMap(({ info, parts }) => {
    const message = decodeMessage(info);
    return message && message.id >= promptId ? [{ message, parts: parts.flatMap((part) => decodePart(part) ?? []) }] : [];
  });
  const answers = messages.map(({ message }) => message).filter(({ role, id }) => role === "assistant" && id > promptId);
  const newest = answers.toSorted((a, b) => (a.id < b.id ? -1 : 1)).at(-1);
  return {
    events: messages.flatMap(({ message, parts }): OpencodeEvent[] => [
      { type: "message", message },
      ...parts.map((part) => ({ type: "part" as const, family: "parts" as const, part })),
    ]),
    isBusy: (statuses[sessionId]?.type ?? "idle") !== "idle",
    isAccepted: messages.some(({ message }) => message.id === promptId),
    answer: newest ? toAnswer(newest) : null,
  };
}

/** Permissions and questions that wait in a directory, as the events that asked them. */
export async function listAsks(client: OpencodeClient, directory: string): Promise<{ events: OpencodeEvent[]; requestIds: Set<string> }> {
  const ask = (path: string) => client.ask({ method: "GET", path, directory, answer: z.array(z.unknown()), timeoutMs: LIMIT_MS });
  const [permissions, questions] = await Promise.all([ask("/permission"), ask("/question")]);
  const events: OpencodeEvent[] = [
    ...permissions.flatMap((wire) => {
      const parsed = WirePermission.safeParse(wire);
      return parsed.success ? [{ type: "permission" as const, request: parsed.data }] : [];
    }),
    ...questions.flatMap((wire) => {
      const parsed = WireQuestion.safeParse(wire);
      return parsed.success ? [{ type: "question" as const, request: parsed.data }] : [];
    }),
  ];
  return { events, requestIds: new Set(events.flatMap((event) => ("request" in event ? [event.request.id] : []))) };
}

/** True when nothing is under way in a session: the agent is idle, and its last answer is over. */
export async function isQuiet(client: OpencodeClient, directory: string, sessionId: string): Promise<boolean> {
  const { answer, isBusy } = await listTurn(client, directory, sessionId, "");
  return !isBusy && (answer === null || answer.isOver || answer.error !== null);
}
