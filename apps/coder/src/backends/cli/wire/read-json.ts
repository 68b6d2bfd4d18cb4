import type { z } from "zod";

/** Parses a line as a JSON object of this schema; null if it is none. A byte order mark and a carriage return are ignored. */
export function readJson<T>(schema: z.ZodType<T>, line: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(line.replace(/^\uFEFF/, "")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
