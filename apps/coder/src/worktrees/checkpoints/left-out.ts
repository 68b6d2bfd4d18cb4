import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** What a checkpoint does not contain, as text. */
export type LeftOut = z.infer<typeof LeftOut>;
const LeftOut = z.object({
  /** Files, and nested repositories with uncommitted files of their own. */
  names: z.array(z.string()),
  /** Submodules that were never fetched: nothing in them can be lost. */
  unfetched: z.array(z.string()),
});

const NOTHING: LeftOut = { names: [], unfetched: [] };
const fileIn = (overlayDir: string) => join(overlayDir, "left-out.json");

/** Stores what the newest checkpoint of a worktree does not contain. */
export async function noteLeftOut(overlayDir: string, leftOut: LeftOut): Promise<void> {
  if (leftOut.names.length + leftOut.unfetched.length === 0) await rm(fileIn(overlayDir), { force: true });
  else await writeFile(fileIn(overlayDir), JSON.stringify(leftOut));
}

/** Reads what the newest checkpoint does not contain; empty if that is unknown. */
export async function readLeftOut(overlayDir: string): Promise<LeftOut> {
  const text = await readFile(fileIn(overlayDir), "utf8").catch(() => "[]");
  // Earlier versions stored only names.
  const names = z.array(z.string()).transform((found) => ({ ...NOTHING, names: found }));
  return z.union([LeftOut, names]).catch(NOTHING).parse(parse(text));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}
