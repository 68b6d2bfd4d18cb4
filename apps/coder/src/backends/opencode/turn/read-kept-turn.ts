import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { TaskId } from "@boocode/shared/ids";
import { z } from "zod";
import { decodeMessage, decodePart } from "../wire/decode-event.ts";
import type { OpencodeClient, SessionPlace } from "../wire/opencode-client.ts";
import { isMessageIdOf } from "../wire/message-id.ts";
import type { OpencodeEvent } from "../wire/opencode-event.ts";
import { TurnTranslator } from "./turn-translator.ts";

/** A text part that a person wrote. opencode writes some prompts itself, to continue after a summary. */
const WrittenText = z.object({ type: z.literal("text"), synthetic: z.literal(false).optional() });

/**
 * Reads what opencode stored of a task's turn, up to the next written prompt; empty if opencode does not know the prompt.
 * Throws `OpencodeRequestError`.
 */
export async function readKeptTurn(client: OpencodeClient, { directory, sessionId }: SessionPlace, taskId: TaskId): Promise<AgentEvent[]> {
  const listed = await client.listMessages({ directory, sessionId });
  const messages = listed
    .flatMap(({ info, parts }) => {
      const message = decodeMessage(info);
      return message
        ? [{ message, parts, isAsked: message.role === "user" && parts.some((part) => WrittenText.safeParse(part).success) }]
        : [];
    })
    .sort((a, b) => (a.message.id < b.message.id ? -1 : 1));
  const first = messages.findLastIndex(({ message }) => isMessageIdOf({ sessionId, taskId }, message.id));
  const promptId = messages[first]?.message.id;
  if (promptId === undefined) return [];
  const next = messages.findIndex(({ isAsked }, place) => place > first && isAsked);
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
