import type { RawData } from "ws";
import { z } from "zod";

/** The maximum size of a token with its envelope, with room to spare. */
const MAX_FIRST_BYTES = 4 * 1024;

const TokenMessage = z.object({
  method: z.literal("connectionParams"),
  data: z.record(z.string(), z.string()).nullish(),
});

/**
 * Classifies a socket's first message: the one that carries the token, a heartbeat that may precede it, or malformed. Does not check
 * whether the token is valid.
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
