import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { newId } from "../new-id.ts";

/** Replaces a file of ours (0600) in one step: a reader, or the next start after a power cut, sees the old text or the new one. */
export function writeFileDurably(path: string, text: string): void {
  const temporary = `${path}.${newId("tmp")}`;
  const descriptor = openSync(temporary, "wx", 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** A value kept in a file of its own (0600): what stands there if it has the right form, else a new one. */
export function readOrMakeValue(path: string, form: RegExp, make: () => string): string {
  const kept = readIfThere(path)?.trim();
  if (kept !== undefined && form.test(kept)) {
    chmodSync(path, 0o600);
    return kept;
  }
  const value = make();
  writeFileDurably(path, `${value}\n`);
  return value;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A rename is only as durable as the folder that records it. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
