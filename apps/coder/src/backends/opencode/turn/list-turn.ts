import { z } from "zod";
import type { TurnAnswer } from "@boocode/shared/agents/turn-guard";
import { decodePermission, decodeQuestion } from "../wire/decode-ask.ts";
import { decodeMessage, decodePart } from "../wire/decode-event.ts";
import { OpencodeRequestError, type OpencodeClient } from "../wire/opencode-client.ts";
import type { OpencodeEvent } from "../wire/opencode-event.ts";
import { MessageList, AskList, StatusMap } from "../wire/opencode-wire.ts";
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
  const common = { method: "GET", directory, timeoutMs: LIMIT_MS } as const;
  const listOld = (path: string) => client.ask({ ...common, path, answer: z.array(z.unknown()) });
  const listNew = async (path: string) => {
    const query = { "location[directory]": directory };
    const listed = client.ask({ ...common, path, query, answer: AskList });
    return (await listed.catch((error: unknown) => (isNoRoute(error) ? { data: [] } : Promise.reject(error as Error)))).data;
  };
  const [permissions, questions, newPermissions, newQuestions] = await Promise.all([
    listOld("/permission"),
    listOld("/question"),
    listNew("/api/permission/request"),
    listNew("/api/question/request"),
  ]);
  const events = [
    ...permissions.map((wire) => decodePermission(wire, "directory")),
    ...questions.map((wire) => decodeQuestion(wire, "directory")),
    ...newPermissions.map((wire) => decodePermission(wire, "session")),
    ...newQuestions.map((wire) => decodeQuestion(wire, "session")),
  ].filter((event) => event !== null);
  return { events, requestIds: new Set(events.flatMap((event) => ("request" in event ? [event.request.id] : []))) };
}

/** A server that knows only one way to ask, or answers for it with its page. */
function isNoRoute(error: unknown): boolean {
  return error instanceof OpencodeRequestError && error.status !== null && error.status < 500;
}

/** True when nothing is under way in a session: the agent is idle, and its last answer is over. */
export async function isQuiet(client: OpencodeClient, directory: string, sessionId: string): Promise<boolean> {
  const { answer, isBusy } = await listTurn(client, directory, sessionId, "");
  return !isBusy && (answer === null || answer.isOver || answer.error !== null);
}
