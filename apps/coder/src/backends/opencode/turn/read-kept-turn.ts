import type { OpencodeTurn } from "./opencode-turn.ts";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import type { TaskId } from "@boocode/shared/ids";
import { z } from "zod";
import { decodeMessage, decodePart } from "../wire/decode-event.ts";
import type { ServerClient, SessionPlace } from "../wire/opencode-client.ts";
import { isMessageIdOf } from "../wire/message-id.ts";
import type { OpencodeEvent, OpencodeMessage } from "../wire/opencode-event.ts";
import { TurnTranslator } from "./turn-translator.ts";

/** A text part that a person wrote. opencode writes some prompts itself, to continue after a summary. */
const WrittenText = z.object({ type: z.literal("text"), synthetic: z.literal(false).optional() });

/**
 * Reads what opencode stored of a task's turn, up to the next written prompt; empty if opencode does not know the prompt.
 * Throws `OpencodeRequestError`.
 */
export async function readKeptTurn(client: ServerClient, { directory, sessionId }: SessionPlace, taskId: TaskId): Promise<AgentEvent[]> {
  const listed = await client.listMessages({ directory, sessionId });
  const messages = listed
    .flatMap(({ info, parts }) => {
      const message = decodeMessage(info);
      return message
        ? [{ message, parts, isAsked: message.role === "user" && parts.some((part) => WrittenText.safeParse(part).success) }]
        : [];
    })
    .sort((a, b) => (a.message.id < b.message.id ? -1 : 1));
  const isOfTask = ({ message }: { message: OpencodeMessage }) => isMessageIdOf({ sessionId, taskId }, message.id);
  const first = messages.findIndex(isOfTask);
  const promptId = messages[first]?.message.id;
  if (promptId === undefined) return [];
  // What the person added to the turn while it ran belongs to it.
  const next = messages.findIndex((message, place) => place > first && message.isAsked && !isOfTask(message));
  const events = messages.slice(first, next === -1 ? undefined : next).flatMap(({ message, parts }): OpencodeEvent[] => [
    { type: "message", message },
    ...parts.flatMap((wire) => {
      const part = decodePart(wire);
      return part ? [{ type: "part" as const, family: "parts" as const, part }] : [];
    }),
  ]);
  const translator = new TurnTranslator({ sessionId, promptId, root: directory, contextSizeOf: () => null, title: null });
  return [...events.flatMap((event) => translator.translate(event)), ...translator.settle()];
}

export interface SalvageDeps {
  /** Resolves with the server that replaces one that died. */
  takeNext(): Promise<{ lend(work: (client: ServerClient) => Promise<void>): Promise<void> }>;
  logger: BackendLogger;
}

/** Asks the next server for the content of a turn that opencode stored but did not report. Never rejects. */
export async function salvageTurn({ takeNext, logger }: SalvageDeps, turn: OpencodeTurn): Promise<void> {
  try {
    const next = await takeNext();
    await next.lend((client) => turn.salvage(client));
  } catch (error) {
    logger.warn({ err: error }, "The stored content of a turn could not be read from opencode");
  }
}
