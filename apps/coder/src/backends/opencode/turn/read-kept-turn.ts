import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { TaskId } from "@boocode/shared/ids";
import { z } from "zod";
import { decodeMessage, decodePart } from "../wire/decode-event.ts";
import type { OpencodeClient, SessionPlace } from "../wire/opencode-client.ts";
import { isMessageIdOf } from "../wire/message-id.ts";
import type { OpencodeEvent } from "../wire/opencode-event.ts";
import { TurnTranslator } from "./turn-translator.ts";

/** Of a prompt that somebody wrote; opencode writes some itself, to go on after it has summarised. */
const WrittenText = z.object({ type: z.literal("text"), synthetic: z.literal(false).optional() });

/**
 * What opencode keeps of the turn of a task, up to what somebody asked next; empty where it does not know the prompt.
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
