import { chmodSync, readFileSync } from "node:fs";
import { EndpointId, StoredEndpoint, ENDPOINT_LIMITS } from "@boocode/shared/settings/endpoint";
import { z } from "zod";
import { writeFileDurably } from "../platform/files/durable-file.ts";

const MAX_BYTES = 1024 * 1024;
const Content = z.object({
  endpoints: z.array(StoredEndpoint).max(ENDPOINT_LIMITS.endpoints).readonly(),
  /** Ids of endpoints that were removed, latest last. */
  removed: z.array(EndpointId).max(ENDPOINT_LIMITS.removed).readonly().default([]),
});
export type StoredEndpoints = z.infer<typeof Content>;

const NOTHING: StoredEndpoints = { endpoints: [], removed: [] };

/** What the file holds. `reason`: why it cannot be used, as a sentence; it is then left as it is. */
export type ReadEndpoints = { kind: "read"; stored: StoredEndpoints } | { kind: "unreadable"; reason: string };

/**
 * Reads the endpoints with their keys. They are in a file of their own, which only the person may read, and not in the database: that is
 * copied for backups, and people send it along with reports.
 */
export function readEndpointsFile(file: string): ReadEndpoints {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
    chmodSync(file, 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return code === "ENOENT" ? { kind: "read", stored: NOTHING } : { kind: "unreadable", reason: `${file} cannot be read (${code}).` };
  }
  const parsed = text.length > MAX_BYTES ? null : Content.safeParse(parseJson(text));
  if (parsed?.success) return { kind: "read", stored: parsed.data };
  return { kind: "unreadable", reason: `${file} is not a list of endpoints. Repair it, or move it away, and start BooCode again.` };
}

/** Writes the endpoints and which were removed, all at once. Throws the system's error. */
export function writeEndpointsFile(file: string, stored: StoredEndpoints): void {
  writeFileDurably(file, `${JSON.stringify(stored, null, 2)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
