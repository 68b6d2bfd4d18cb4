const MAX_ERROR_BYTES = 64 * 1024;

/** Reads the beginning of a body. Unreadable parts are left out, because the status says enough. */
export async function readBounded(response: Response, maxBytes = MAX_ERROR_BYTES): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxBytes) break;
    }
  } catch {
    // The body was cut off; use what arrived.
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}
