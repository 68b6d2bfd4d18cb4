import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const fileIn = (overlayDir: string) => join(overlayDir, "left-out.json");

/** Remembers what the newest checkpoint of a worktree does not hold. */
export async function noteLeftOut(overlayDir: string, leftOut: readonly string[]): Promise<void> {
  if (leftOut.length === 0) await rm(fileIn(overlayDir), { force: true });
  else await writeFile(fileIn(overlayDir), JSON.stringify(leftOut));
}

/** What the newest checkpoint does not hold; nothing where that is not known. */
export async function readLeftOut(overlayDir: string): Promise<string[]> {
  const text = await readFile(fileIn(overlayDir), "utf8").catch(() => "[]");
  return z.array(z.string()).catch([]).parse(parse(text));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}
