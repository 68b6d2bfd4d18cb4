import type { IncomingMessage } from "node:http";

/** Beyond this many times the limit a sender is not heard out. */
const PATIENCE = 16;

/**
 * Reads a body of text, or null where it is larger than `maxBytes`: then it is read on and thrown away, so that the sender gets to
 * hear the answer. Rejects where the sender breaks off, or goes on far beyond the limit.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > maxBytes * PATIENCE) throw new Error("the body is far too large");
  }
  return bytes > maxBytes ? null : Buffer.concat(chunks).toString("utf8");
}

/** What a sender may go on with after it was refused. */
const DISCARD_BYTES = 64 * 1024 * 1024;
const DISCARD_MS = 5_000;

/** Takes in what a refused sender still sends and throws it away, so that it gets to read the answer. One that does not end is cut off. */
export async function discardBody(request: IncomingMessage): Promise<void> {
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), DISCARD_MS);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > DISCARD_BYTES) break;
    }
  } catch {
    // The sender has gone, or took too long.
  } finally {
    clearTimeout(timer);
  }
}
