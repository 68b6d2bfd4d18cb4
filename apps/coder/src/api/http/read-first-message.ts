import type { RawData } from "ws";
import { z } from "zod";

/** What a token and its envelope may take, with room to spare. */
const MAX_FIRST_BYTES = 4 * 1024;

const TokenMessage = z.object({
  method: z.literal("connectionParams"),
  data: z.record(z.string(), z.string()).nullish(),
});

/**
 * What a socket's first message is: the one that carries the token, a heartbeat that may come before it, or nothing that is to be
 * listened to. Whether the token is a good one is not looked at.
 */
export function readFirstMessage(data: RawData, isBinary: boolean): "token" | "heartbeat" | "malformed" {
  if (isBinary || !Buffer.isBuffer(data) || data.byteLength > MAX_FIRST_BYTES) return "malformed";
  const text = data.toString("utf8");
  if (text === "PING" || text === "PONG") return "heartbeat";
  try {
    return TokenMessage.safeParse(JSON.parse(text)).success ? "token" : "malformed";
  } catch {
    return "malformed";
  }
}
