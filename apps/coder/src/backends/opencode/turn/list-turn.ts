import type { TurnAnswer } from "@boocode/shared/agents/turns/turn-guard";
import { pause, type Time } from "../../../platform/time.ts";
import { decodePermission, decodeQuestion } from "../wire/decode-ask.ts";
import { decodeMessage, decodePart } from "../wire/decode-event.ts";
import type { ServerClient, SessionPlace } from "../wire/opencode-client.ts";
import type { OpencodeEvent } from "../wire/opencode-event.ts";
import { toAnswer } from "./to-turn-signal.ts";

/** opencode's stored state of a turn: events that set whole values, and the facts the guard needs. */
export interface ListedTurn {
  events: OpencodeEvent[];
  isBusy: boolean;
  isAccepted: boolean;
  answer: TurnAnswer | null;
}

/** Lists a session's messages, then reads whether it is busy. In this order, a finished answer and an idle agent prove that the turn has ended. */
export async function listTurn(client: ServerClient, place: SessionPlace, promptId: string): Promise<ListedTurn> {
  const listed = await client.listMessages(place);
  const statuses = await client.readStatuses(place.directory);
  const messages = listed.flatMap(({ info, parts }) => {
    const message = decodeMessage(info);
    return message && message.id >= promptId ? [{ message, parts: parts.flatMap((part) => decodePart(part) ?? []) }] : [];
  });
  const answers = messages.map(({ message }) => message).filter(({ role, id }) => role === "assistant" && id > promptId);
  const newest = answers.toSorted((a, b) => (a.id < b.id ? -1 : 1)).at(-1);
  return {
    events: messages.flatMap(({ message, parts }): OpencodeEvent[] => [
      { type: "message", message },
      ...parts.map((part) => ({ type: "part" as const, family: client.family, part })),
    ]),
    isBusy: (statuses[place.sessionId]?.type ?? "idle") !== "idle",
    isAccepted: messages.some(({ message }) => message.id === promptId),
    answer: newest ? toAnswer(newest) : null,
  };
}

/** Lists the pending permissions and questions of a directory, as the events that asked them. */
export async function listAsks(client: ServerClient, directory: string): Promise<{ events: OpencodeEvent[]; requestIds: Set<string> }> {
  const [permissions, questions, newPermissions, newQuestions] = await Promise.all([
    client.listAsks("permission", "directory", directory),
    client.listAsks("question", "directory", directory),
    client.listAsks("permission", "session", directory),
    client.listAsks("question", "session", directory),
  ]);
  const events = [
    ...permissions.map((wire) => decodePermission(wire, "directory")),
    ...questions.map((wire) => decodeQuestion(wire, "directory")),
    ...newPermissions.map((wire) => decodePermission(wire, "session")),
    ...newQuestions.map((wire) => decodeQuestion(wire, "session")),
  ].filter((event) => event !== null);
  return { events, requestIds: new Set(events.flatMap((event) => ("request" in event ? [event.request.id] : []))) };
}

/** How long {@link untilQuiet} waits. */
const QUIET_LIMIT_MS = 3_000;
const QUIET_LOOK_MS = 100;

/** Waits a while for opencode to finish a turn that was cut off. */
export async function untilQuiet(client: ServerClient, time: Pick<Time, "after" | "elapsedMs">, place: SessionPlace): Promise<void> {
  for (const until = time.elapsedMs() + QUIET_LIMIT_MS; time.elapsedMs() < until;) {
    if (await isQuiet(client, place).catch(() => false)) return;
    await pause(time, QUIET_LOOK_MS);
  }
}

/** True if a session is quiet: the agent is idle and its last answer is finished. */
export async function isQuiet(client: ServerClient, place: SessionPlace): Promise<boolean> {
  const { answer, isBusy } = await listTurn(client, place, "");
  return !isBusy && (answer === null || answer.isOver || answer.error !== null);
}
