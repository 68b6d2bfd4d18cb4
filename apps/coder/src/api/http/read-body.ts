import type { IncomingMessage } from "node:http";

/** The body is read up to this many times the limit before the connection is dropped. */
const PATIENCE = 16;

/**
 * Reads a text body; returns null if it is larger than `maxBytes`. The rest of a larger body is read and discarded, so that the sender
 * receives the answer. Rejects if the sender aborts, or goes on far beyond the limit.
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

/** How much a sender may still send after it was refused. */
const DISCARD_BYTES = 64 * 1024 * 1024;
const DISCARD_MS = 5_000;

/** Reads and discards what a refused sender still sends, so that it receives the answer. A sender that does not stop is disconnected. */
export async function discardBody(request: IncomingMessage): Promise<void> {
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), DISCARD_MS);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > DISCARD_BYTES) break;
    }
  } catch {
    // The sender disconnected or took too long.
  } finally {
    clearTimeout(timer);
  }
}
