import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { newId } from "../new-id.ts";

/** Replaces one of BooCode's files (mode 0600) atomically: readers see either the old or the new text, even after a power cut. */
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

/** Reads a value from its own file (mode 0600), or generates and stores a new one if the file does not match `form`. */
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

/** Flushes the folder: a rename is durable only once its folder is on disk. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
