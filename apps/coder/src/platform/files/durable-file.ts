import { chmodSync, closeSync, fsync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { newId } from "../new-id.ts";

const flush = promisify(fsync);

/** Replaces one of BooCode's files (mode 0600) atomically: readers see either the old or the new text, even after a power cut. */
export function writeFileDurably(path: string, text: string): void {
  const temporary = `${path}.${newId("tmp")}`;
  const descriptor = openSync(temporary, "wx", 0o600);
  try {
    writeAll(descriptor, Buffer.from(text));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Writes a new file durably; its name is not durable yet. Only that waits for other threads. Throws the system's error: `EEXIST`. */
export async function writeDurably(path: string, bytes: Buffer, mode = 0o666): Promise<void> {
  const descriptor = openSync(path, "wx", mode);
  try {
    writeAll(descriptor, bytes);
    await flush(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The system may take a part only. */
function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
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
