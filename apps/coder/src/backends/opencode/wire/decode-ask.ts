import { z } from "zod";
import type { AskFamily, OpencodeEvent } from "./opencode-event.ts";
import { WireNextPermission, WirePermission, WireQuestion } from "./opencode-wire.ts";

const Answered = z.object({
  sessionID: z.string(),
  requestID: z.string().optional(),
  permissionID: z.string().optional(),
  reply: z.string().optional(),
});

/** Decodes an event about a permission or a question. Null for any other kind or an invalid event. */
export function decodeAskEvent(type: string, properties: unknown): OpencodeEvent | null {
  const [noun, second = "", third] = type.split(".");
  if (noun !== "permission" && noun !== "question") return null;
  const family: AskFamily = second === "v2" ? "session" : "directory";
  const verb = family === "session" ? third : second;
  if (verb === "asked") return noun === "permission" ? decodePermission(properties, family) : decodeQuestion(properties, family);
  if (verb !== "replied" && verb !== "rejected") return null;
  const parsed = Answered.safeParse(properties);
  if (!parsed.success) return null;
  const { sessionID, requestID, permissionID, reply } = parsed.data;
  const isRejected = verb === "rejected" || reply === "reject";
  return { type: "answered", sessionId: sessionID, requestId: requestID ?? permissionID ?? "", reply: isRejected ? null : (reply ?? "") };
}

/** Decodes a permission request from an event or a list. Null if it is invalid. */
export function decodePermission(wire: unknown, family: AskFamily): OpencodeEvent | null {
  if (family === "directory") {
    const parsed = WirePermission.safeParse(wire);
    return parsed.success ? { type: "permission", request: { ...parsed.data, family } } : null;
  }
  const parsed = WireNextPermission.safeParse(wire);
  if (!parsed.success) return null;
  const { id, sessionID, action, resources, save, metadata, source } = parsed.data;
  return {
    type: "permission",
    request: {
      id,
      sessionID,
      permission: action,
      patterns: resources,
      always: save,
      metadata,
      ...(source ? { tool: source } : {}),
      family,
    },
  };
}

/** Decodes a question request from an event or a list. Null if it is invalid. */
export function decodeQuestion(wire: unknown, family: AskFamily): OpencodeEvent | null {
  const parsed = WireQuestion.safeParse(wire);
  return parsed.success ? { type: "question", request: { ...parsed.data, family } } : null;
}
